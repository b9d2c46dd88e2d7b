// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace vgpuctl {

// Each colour is one rule of light and one of dark: renderers that know no variables and no media
// queries (librsvg) show the light ones.
inline constexpr std::string_view kSvgStyle = R"(<style>
text { font-family: system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; font-size: 12px; fill: #1f2328 }
.name { font-size: 17px; font-weight: 600 }
.title { font-size: 13px; font-weight: 600 }
.first { font-size: 13px }
.soft, .note { fill: #59636e }
.page { fill: #ffffff }
.card { fill: #f6f8fa; stroke: #d1d9e0 }
.box { stroke-width: 1.2 }
.used { fill: #fff3d1; stroke: #c69026 }
.unused { fill: #e6f2ff; stroke: #6aa6e8 }
.unknown { fill: #ececf1; stroke: #a0a3b5 }
.spare { fill: #f6f8fa; stroke: #a6b0ba; stroke-dasharray: 2 3 }
.room { fill: #e3f8e7; stroke: #57ab6b; stroke-dasharray: 6 4 }
.none { fill: none; stroke: #a6b0ba; stroke-dasharray: 2 3 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.soft, .note { fill: #9aa5b1 }
.page { fill: #0d1117 }
.card { fill: #151b23; stroke: #3d444d }
.used { fill: #4a3a10; stroke: #d4a72c }
.unused { fill: #12304f; stroke: #539bf5 }
.unknown { fill: #2b2d3a; stroke: #8b8fa8 }
.spare { fill: #151b23; stroke: #7d8590 }
.room { fill: #10361c; stroke: #4cb562 }
.none { stroke: #7d8590 }
}
</style>
)";

}  // namespace vgpuctl
