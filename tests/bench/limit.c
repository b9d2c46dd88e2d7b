// SPDX-License-Identifier: Apache-2.0
/*
 * What the kernel alone takes to cut GPUs up: the writes that `vgpuctl apply` and
 * `vgpuctl teardown` make, each asked whether it failed, and nothing else. No look
 * beforehand, no lock, no journal, no look back. One GPU after the other.
 *
 *   limit [-t] up VFS GPU...    from none to VFS VFs on vfio-pci
 *   limit [-t] down GPU...      back to none; drivers' autoprobe as the kernel has it by itself
 *
 * -t says on stderr how long the writes of the counts took, all together: what nobody can do
 * without, in microseconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PCI "/sys/bus/pci"
#define DRIVER "vfio-pci"

static double count_us;

static _Noreturn void stop(const char* path, const char* bytes) {
  fprintf(stderr, "limit: %s: cannot write '%s': %s\n", path, bytes, strerror(errno));
  exit(1);
}

static double now_us(void) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void put(const char* path, const char* bytes) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write(fd, bytes, strlen(bytes)) < 0)
    stop(path, bytes);
  close(fd);
}

static void put_for(const char* gpu, const char* attribute, const char* bytes) {
  char path[PATH_MAX];

  snprintf(path, sizeof(path), PCI "/devices/%s/%s", gpu, attribute);
  put(path, bytes);
}

static void put_count(const char* gpu, const char* count) {
  const double begin = now_us();

  put_for(gpu, "sriov_numvfs", count);
  count_us += now_us() - begin;
}

/* The address of a VF; false where the GPU has no such VF. */
static int address_of(const char* gpu, long vf, char* target, size_t size, const char** address) {
  char path[PATH_MAX];
  ssize_t length;

  snprintf(path, sizeof(path), PCI "/devices/%s/virtfn%ld", gpu, vf);
  length = readlink(path, target, size - 1);
  if (length <= 0)
    return 0;
  target[length] = '\0';
  *address = strrchr(target, '/');
  *address = *address ? *address + 1 : target;
  return 1;
}

static void up(const char* gpu, const char* vfs) {
  char target[PATH_MAX];
  char attribute[64];
  const char* address;
  long vf;

  put_for(gpu, "sriov_drivers_autoprobe", "0");
  put_count(gpu, vfs);
  for (vf = 0; vf < atol(vfs); ++vf) {
    snprintf(attribute, sizeof(attribute), "virtfn%ld/driver_override", vf);
    if (!address_of(gpu, vf, target, sizeof(target), &address))
      stop(attribute, DRIVER);
    put_for(gpu, attribute, DRIVER);
    put(PCI "/drivers/" DRIVER "/bind", address);
  }
}

static void down(const char* gpu) {
  char target[PATH_MAX];
  const char* address;
  long vf;

  for (vf = 0; address_of(gpu, vf, target, sizeof(target), &address); ++vf)
    put(PCI "/drivers/" DRIVER "/unbind", address);
  put_count(gpu, "0");
  put_for(gpu, "sriov_drivers_autoprobe", "1");
}

int main(int count, char** words) {
  const int timed = count > 1 && !strcmp(words[1], "-t");
  int at = 1 + timed;

  if (count - at >= 3 && !strcmp(words[at], "up")) {
    const char* const vfs = words[at + 1];

    for (at += 2; at < count; ++at)
      up(words[at], vfs);
  } else if (count - at >= 2 && !strcmp(words[at], "down")) {
    for (++at; at < count; ++at)
      down(words[at]);
  } else {
    fprintf(stderr, "limit [-t] up VFS GPU... | limit [-t] down GPU...\n");
    return 2;
  }
  if (timed)
    fprintf(stderr, "%.0f\n", count_us);
  return 0;
}
