// SPDX-License-Identifier: Apache-2.0
// GPUs as a picture for a browser. That it is XML a parser says, in tests/cli/picture.bats.
#include "vfmgr/inventory.hpp"

#include "output/support/views.hpp"
#include "output/svg_picture.hpp"
#include "output/svg_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vgpuctl {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(XmlText, EscapesWhatMarkupIsMadeOf) {
  EXPECT_EQ(xml_text(R"(<a href="x">&'b'</a>)"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;b&#39;&lt;/a&gt;");
}

TEST(XmlText, HasNoCharacterThatXmlHasNot) {
  EXPECT_EQ(xml_text("a\x01\x1b\xff"), "a\\x01\\x1b\\xff");
  EXPECT_EQ(xml_text("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // half of a surrogate pair
  EXPECT_EQ(xml_text("\xEF\xBF\xBE\xEF\xBF\xBF"), "\\xef\\xbf\\xbe\\xef\\xbf\\xbf");
  EXPECT_EQ(xml_text("grün"), "grün");
}

TEST(SvgText, CutsWhatHasNoRoomBeforeItEscapes) {
  const std::string text = svg_text({.x = 1, .y = 2, .look = "line", .room = 29}, "a&b<cdef");
  EXPECT_EQ(text, "<text class=\"line\" x=\"1\" y=\"2\">a&amp;b…</text>\n");
}

TEST(Svg, IsOnePictureOfAllGpusThatNeedsNothingElse) {
  vfmgr::GpuView gpu = b60(2);
  gpu.vfs[0].in_use = true;
  gpu.vfs[0].holders.push_back({.pid = 4711,
                                .command = "qemu-system-x86",
                                .vm = R"(<b>"&'</b>)",
                                .container = {},
                                .node = {}});
  const std::string svg = svg_picture({.gpus = {gpu, l40s(0)}});
  EXPECT_THAT(svg, HasSubstr(">Intel Arc Pro B60</text>"));
  EXPECT_THAT(svg, HasSubstr(">NVIDIA L40S</text>"));
  EXPECT_THAT(svg, HasSubstr(">2 of 24 VFs, 24 GiB VRAM</text>"));
  EXPECT_THAT(svg, HasSubstr(">&lt;b&gt;&quot;&amp;&#39;&lt;/b&gt;</text>"));
  EXPECT_THAT(svg, HasSubstr("pid 4711"));
  EXPECT_THAT(svg, HasSubstr("class=\"box used\""));
  EXPECT_THAT(svg, HasSubstr("class=\"box unknown\""));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("href")));
  EXPECT_THAT(svg, Not(HasSubstr("url(")));
}

TEST(Svg, OfASimulatedHostSaysSo) {
  EXPECT_THAT(svg_picture({.simulated = true, .gpus = {b60(1)}}),
              HasSubstr(">Simulated host: 1 GPU<"));
  EXPECT_THAT(svg_picture({.gpus = {}}), HasSubstr(">Host: 0 GPUs<"));
}

}  // namespace
}  // namespace vgpuctl
