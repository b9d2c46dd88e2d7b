// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/fd.hpp"

#include <fcntl.h>

#include <filesystem>
#include <string>

namespace vfmgr::test {

/// Makes a function of a fake library wait, until it is let go on.
class Hanging {
 public:
  /// `gpus`: FakeGpus or FakeAmdGpus, which must outlive it.
  template <class Gpus>
  Hanging(const Gpus& gpus, const std::string& function)
      : fifo_(gpus.tree().fifo(function + "-waits")) {
    gpus.add("hang " + function + " " + fifo_.string());
  }
  Hanging(const Hanging&) = delete;
  Hanging& operator=(const Hanging&) = delete;
  Hanging(Hanging&&) = delete;
  Hanging& operator=(Hanging&&) = delete;
  ~Hanging() {
    if (!writer_) {
      let_go();
    }
  }

  /// From now on none waits: there is a writer. Opened so, it waits for no reader itself.
  void let_go() { writer_ = Fd(::open(fifo_.c_str(), O_RDWR | O_CLOEXEC)); }

 private:
  std::filesystem::path fifo_;
  Fd writer_;
};

}  // namespace vfmgr::test
