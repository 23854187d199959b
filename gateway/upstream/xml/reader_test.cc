// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::upstream::xml {
namespace {

using ::testing::HasSubstr;

std::string code_of(const Result<Document>& result) {
  return result ? std::string("read") : result.error().code;
}

TEST(XmlReader, FindsElementsByNamespaceAndNameWhateverThePrefix) {
  for (const char* text :
       {R"(<a:r xmlns:a="urn:x"><a:c k="1">t</a:c><c>other</c></a:r>)",
        R"(<r xmlns="urn:x"><c k="1">t</c><c xmlns="">other</c></r>)",
        R"(<z:r xmlns:z="urn:x"><y:c xmlns:y="urn:x" k="1">t</y:c><c>o</c></z:r>)"}) {
    const auto document = read(text);
    ASSERT_TRUE(document.ok()) << document.error().message;
    const Element root = document->root();
    EXPECT_TRUE(root.is("urn:x", "r"));
    ASSERT_EQ(root.children("urn:x", "c").size(), 1u) << text;
    EXPECT_EQ(root.child_text("urn:x", "c"), "t");
    EXPECT_EQ(root.child("urn:x", "c")->attribute("", "k"), "1");
    EXPECT_TRUE(root.child("", "c").has_value());
    EXPECT_EQ(root.with_descendants().size(), 3u);
  }
}

TEST(XmlReader, CommentsAndCdataDoNotCutAText) {
  const auto document = read("<r> a<!-- x -->b<![CDATA[<c>]]>&amp;&#233; </r>");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().trimmed_text(), "ab<c>&\xc3\xa9");
  EXPECT_TRUE(document->root().children().empty());
}

TEST(XmlReader, RefusesADoctypeBeforeAnyEntity) {
  EXPECT_EQ(code_of(read("<!DOCTYPE r><r/>")), "xml.doctype");
  EXPECT_EQ(code_of(read("<?xml version='1.0'?><!-- x --><!DOCTYPE r SYSTEM 'file:///x'><r/>")),
            "xml.doctype");
  EXPECT_EQ(code_of(read("<r><!ENTITY a 'b'></r>")), "xml.doctype");
  // Without a DOCTYPE there is no entity but the five of XML.
  EXPECT_EQ(code_of(read("<r>&a;</r>")), "xml.malformed");
}

TEST(XmlReader, RefusesProcessingInstructionsAndOtherEncodings) {
  EXPECT_EQ(code_of(read("<?xml version='1.0'?><?x y?><r/>")), "xml.instruction");
  EXPECT_EQ(code_of(read("<r><?x y?></r>")), "xml.instruction");
  EXPECT_EQ(code_of(read("<?xml version='1.0' encoding='ISO-8859-1'?><r/>")), "xml.encoding");
  EXPECT_EQ(code_of(read("<r>\xe9</r>")), "xml.encoding");
  EXPECT_EQ(code_of(read(std::string("\xff\xfe<\0r\0/\0>\0", 10))), "xml.encoding");
  EXPECT_EQ(code_of(read("\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><r/>")), "read");
}

TEST(XmlReader, ADocumentInADocumentMaySayAnyEncoding) {
  const auto document =
      read_decoded("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r>\xc3\xa9</r>");
  ASSERT_TRUE(document.ok()) << document.error().message;
  EXPECT_EQ(document->root().text(), "\xc3\xa9");
}

TEST(XmlReader, SaysWhatIsNotWellFormedAndHidesNationalNumbers) {
  for (const char* text :
       {"", " ", "x", "<r>", "<r></q>", "<r a='1' a='2'/>", "<p:r/>", "<r/><r/>", "<r>&#0;</r>",
        "<r a=b/>", "<r>\x01</r>", "<r", "<!--", "<r a='", "<r/>x"}) {
    EXPECT_EQ(code_of(read(text)), "xml.malformed") << text;
  }
  EXPECT_EQ(code_of(read(std::string("<r>\0</r>", 8))), "xml.malformed");
  EXPECT_THAT(read("<r><a85073003328></r>").error().message,
              ::testing::Not(HasSubstr("85073003328")));
}

TEST(XmlReader, KeepsToEachOfItsLimits) {
  const Limits limits{
      .bytes = 1000, .depth = 4, .elements = 6, .attributes = 3, .namespaces = 2, .text = 20};
  EXPECT_EQ(code_of(read("<a><b><c><d/></c></b></a>", limits)), "read");
  EXPECT_EQ(code_of(read("<a><b><c><d><e/></d></c></b></a>", limits)), "xml.too_deep");
  EXPECT_EQ(code_of(read("<a><b/><b/><b/><b/><b/></a>", limits)), "read");
  EXPECT_EQ(code_of(read("<a><b/><b/><b/><b/><b/><b/></a>", limits)), "xml.too_many");
  EXPECT_EQ(code_of(read("<a x='1' y='>' z='3'/>", limits)), "read");
  EXPECT_EQ(code_of(read("<a x='1' y='2' z='3' w='4'/>", limits)), "xml.too_many");
  EXPECT_EQ(code_of(read("<a xmlns:p='u:1'><b xmlns:q='u:2'/><b xmlns='u:3'/></a>", limits)),
            "read");
  EXPECT_EQ(code_of(read("<a xmlns:p='u:1'><b xmlns:q='u:2'><c xmlns='u:3'/></b></a>", limits)),
            "xml.too_many");
  EXPECT_EQ(code_of(read("<a>12345678901234567890</a>", limits)), "read");
  EXPECT_EQ(code_of(read("<a>1234567890<!-- --><![CDATA[12345678901]]></a>", limits)),
            "xml.too_large");
  EXPECT_EQ(code_of(read("<a b='123456789012345678901'/>", limits)), "xml.too_large");
  EXPECT_EQ(code_of(read("<a>" + std::string(1000, ' ') + "</a>", limits)), "xml.too_large");
}

}  // namespace
}  // namespace semafoor::upstream::xml
