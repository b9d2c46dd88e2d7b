// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace vfmgr {

/// Puts a file in a directory, in the place of one that may be there: nobody ever sees a part of
/// it, and it is on the disk when this returns. It keeps the old one's owner and mode; a new one
/// can be read by all. No bytes: takes the file away. 0, or an errno, and then the old one is as it
/// was.
int replace_file(int directory, const char* name, std::string_view bytes);

}  // namespace vfmgr
