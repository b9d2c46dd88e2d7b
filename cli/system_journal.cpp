// SPDX-License-Identifier: Apache-2.0
#include "system_journal.hpp"

// Else libsystemd adds this file's name and line to each entry.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include <string>
#include <vector>

namespace vgpuctl {

void tell_journal(const std::vector<std::string>& fields) {
  std::vector<iovec> entry;
  entry.reserve(fields.size());
  for (const std::string& field : fields) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): iovec serves reading, too
    entry.push_back({.iov_base = const_cast<char*>(field.data()), .iov_len = field.size()});
  }
  if (!entry.empty()) {
    static_cast<void>(::sd_journal_sendv(entry.data(), static_cast<int>(entry.size())));
  }
}

}  // namespace vgpuctl
