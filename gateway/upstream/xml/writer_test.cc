// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/writer.h"

#include <gtest/gtest.h>

#include "gateway/upstream/xml/canonical.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::xml {
namespace {

std::string written(std::string_view value) {
  Writer writer;
  writer.open("r").attribute("a", value).text(value).close();
  Result<std::string> text = std::move(writer).finish();
  return text ? *text : text.error().code;
}

TEST(XmlWriter, EveryValueComesBackAsItWas) {
  for (const char* value : {"", "a & b < c > d \" ' e", "]]>", "\r\n\t x \r",
                            "\xc3\xa9 \xf0\x9f\x99\x82", "<!-- -->", "&amp;", "&#0;"}) {
    const Result<Document> document = read(written(value));
    ASSERT_TRUE(document.ok()) << written(value);
    EXPECT_EQ(document->root().text(), value);
    EXPECT_EQ(document->root().attribute("", "a"), value);
  }
}

TEST(XmlWriter, RefusesWhatXmlCannotHold) {
  for (const std::string& value :
       {std::string("\x01"), std::string("a\0b", 3), std::string("\x1f"), std::string("\xff"),
        std::string("\xef\xbf\xbe"), std::string("\xef\xbf\xbf"), std::string("\xed\xa0\x80")}) {
    EXPECT_EQ(written(value), "xml.unwritable");
  }
}

TEST(XmlWriter, RefusesWhatIsNotOneDocument) {
  const auto code = [](Writer& writer) {
    Result<std::string> text = std::move(writer).finish();
    return text ? *text : text.error().code;
  };
  {
    Writer writer;
    writer.open("a b").close();
    EXPECT_EQ(code(writer), "xml.unwritable");
  }
  {
    Writer writer;
    writer.leaf("a:b:c", "x");
    EXPECT_EQ(code(writer), "xml.unwritable");
  }
  {
    Writer writer;
    writer.open("a");
    EXPECT_EQ(code(writer), "xml.unwritable");
  }
  {
    Writer writer;
    writer.open("a").text("x").attribute("b", "c").close();
    EXPECT_EQ(code(writer), "xml.unwritable");
  }
  {
    Writer writer;
    writer.open("a").declare("", "urn:x").close();
    EXPECT_EQ(code(writer), "xml.unwritable");
  }
  {
    Writer writer;
    writer.close();
    EXPECT_EQ(code(writer), "xml.unwritable");
  }
}

// Example of W3C's Exclusive XML Canonicalization 1.0, section 2.2.
TEST(ExclusiveCanonical, TheSameWhateverIsAround) {
  const auto first = read(R"(<n1:elem2 xmlns:n0="http://a.example" xmlns:n1="http://b.example"
      xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2>)");
  const auto second = read(R"(<n0:pdu xmlns:n0="http://a.example"><n1:elem2
      xmlns:n1="http://b.example" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2></n0:pdu>)");
  const std::string wanted =
      R"(<n1:elem2 xmlns:n1="http://b.example" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>)";
  EXPECT_EQ(exclusive_canonical(first->root()).value(), wanted);
  EXPECT_EQ(exclusive_canonical(second->root().children().front()).value(), wanted);
  EXPECT_EQ(exclusive_canonical(second->root().children().front(), {"n0"})
                    .value()
                    .find("xmlns:n0=\"http://a.example\"") != std::string::npos,
            true);
}

TEST(ExclusiveCanonical, AttributesAreSortedAndWhiteSpaceInTagsGoes) {
  const auto document = read("<r  b = '2'\n a=\"&lt;&#9;\" >x\r\ny<e/></r >");
  EXPECT_EQ(exclusive_canonical(document->root()).value(),
            "<r a=\"&lt;&#x9;\" b=\"2\">x\ny<e></e></r>");
}

}  // namespace
}  // namespace semafoor::upstream::xml
