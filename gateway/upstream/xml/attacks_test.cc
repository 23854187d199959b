// SPDX-License-Identifier: Apache-2.0
//
// Each attack is refused, and what the parser took for it is counted where it allocates: what the
// test itself holds, and what the process held before, do not blur the number.
#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "gateway/upstream/xml/reader.h"

namespace {

std::atomic<std::size_t> held = 0;
std::atomic<std::size_t> highest = 0;

void count(std::size_t size) {
  const std::size_t now = held += size;
  std::size_t seen = highest;
  while (now > seen && !highest.compare_exchange_weak(seen, now)) {
  }
}

// The size stands before each block.
constexpr std::size_t kHead = alignof(std::max_align_t);

void* counted_malloc(std::size_t size) {
  char* block = static_cast<char*>(std::malloc(size + kHead));
  if (block == nullptr) return nullptr;
  std::memcpy(block, &size, sizeof size);
  count(size);
  return block + kHead;
}

std::size_t size_of(void* block) {
  std::size_t size = 0;
  std::memcpy(&size, static_cast<char*>(block) - kHead, sizeof size);
  return size;
}

void counted_free(void* block) {
  if (block == nullptr) return;
  held -= size_of(block);
  std::free(static_cast<char*>(block) - kHead);
}

void* counted_realloc(void* block, std::size_t size) {
  void* larger = counted_malloc(size);
  if (larger != nullptr && block != nullptr) {
    std::memcpy(larger, block, std::min(size, size_of(block)));
    counted_free(block);
  }
  return larger;
}

char* counted_strdup(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  return static_cast<char*>(std::memcpy(counted_malloc(size), text, size));
}

}  // namespace

// C++'s own allocations count too: those of the check before libxml2.
void* operator new(std::size_t size) {
  if (void* block = counted_malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  counted_free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  counted_free(block);
}

namespace semafoor::upstream::xml {
namespace {

constexpr std::size_t kMiB = 1024 * 1024;

struct Outcome {
  std::string code;
  std::size_t bytes = 0;
};

Outcome attack(const std::string& text, const Limits& limits = {}) {
  const std::size_t before = held;
  highest = before;
  const Result<Document> result = read(text, limits);
  const std::size_t most = highest - before;
  return {result ? std::string("read") : result.error().code, most};
}

class XmlAttack : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(xmlMemSetup(counted_free, counted_malloc, counted_realloc, counted_strdup), 0);
    // What the library keeps for itself.
    (void)read("<r/>");
  }

  static void expect_refused(const char* what, const std::string& text, const char* code,
                             std::size_t most_bytes) {
    const Outcome outcome = attack(text);
    std::printf("%-34s %11zu bytes in, %9zu allocated: %s\n", what, text.size(), outcome.bytes,
                outcome.code.c_str());
    EXPECT_EQ(outcome.code, code) << what;
    EXPECT_LE(outcome.bytes, most_bytes) << what;
  }
};

TEST_F(XmlAttack, EntityExpansion) {
  std::string laughs = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a0 \"lol\">";
  for (int i = 1; i < 20; ++i) {
    laughs += "<!ENTITY a" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) laughs += "&a" + std::to_string(i - 1) + ";";
    laughs += "\">";
  }
  expect_refused("entities in entities", laughs + "]><r>&a19;</r>", "xml.doctype", 64 * 1024);
  expect_refused("one large entity, often",
                 "<!DOCTYPE r [<!ENTITY a \"" + std::string(kMiB, 'a') + "\">]><r>" +
                     std::string(1000, ' ') + "&a;&a;&a;</r>",
                 "xml.doctype", 64 * 1024);
  expect_refused("entities of parameters",
                 "<!DOCTYPE r [<!ENTITY % a '<!ENTITY b \"c\">'>%a;]><r>&b;</r>", "xml.doctype",
                 64 * 1024);
}

TEST_F(XmlAttack, ExternalEntities) {
  for (const char* what : {"file:///etc/passwd", "http://127.0.0.1:9/x", "ftp://127.0.0.1/x"}) {
    expect_refused(what,
                   std::string("<!DOCTYPE r [<!ENTITY a SYSTEM \"") + what + "\">]><r>&a;</r>",
                   "xml.doctype", 64 * 1024);
    expect_refused(what, std::string("<!DOCTYPE r SYSTEM \"") + what + "\"><r/>", "xml.doctype",
                   64 * 1024);
  }
}

TEST_F(XmlAttack, SizeAndDepth) {
  expect_refused("100 MiB of text", "<r>" + std::string(100 * kMiB, 'a') + "</r>", "xml.too_large",
                 64 * 1024);
  expect_refused("8 MiB and more of text", "<r>" + std::string(9 * kMiB, 'a') + "</r>",
                 "xml.too_large", 64 * 1024);
  expect_refused("a value of 9 MiB", "<r a='" + std::string(9 * kMiB, 'a') + "'/>", "xml.too_large",
                 64 * 1024);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  expect_refused("depth 100,000, left open", deep, "xml.too_deep", 64 * 1024);
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  expect_refused("depth 100,000", deep, "xml.too_deep", 64 * 1024);
}

TEST_F(XmlAttack, ManySmallThings) {
  std::string elements = "<r>";
  for (int i = 0; i < 1'000'000; ++i) elements += "<a/>";
  expect_refused("1,000,000 elements", elements + "</r>", "xml.too_many", 64 * 1024);
  std::string attributes = "<r";
  std::string namespaces = "<r";
  for (int i = 0; i < 500'000; ++i) {
    attributes += " a" + std::to_string(i) + "=''";
    namespaces += " xmlns:a" + std::to_string(i) + "='u:'";
  }
  expect_refused("500,000 attributes", attributes + "/>", "xml.too_many", 64 * 1024);
  expect_refused("500,000 namespaces", namespaces + "/>", "xml.too_many", 64 * 1024);
  std::string pieces = "<r>";
  for (int i = 0; i < 400'000; ++i) pieces += "<![CDATA[]]>&#97;<!---->";
  EXPECT_EQ(attack(pieces + "</r>").code, "read");
}

// The worst that the limits let through: what a document may cost is a number, and this is it.
TEST_F(XmlAttack, TheLargestDocumentCostsAKnownAmount) {
  std::string text = "<r>";
  for (int i = 0; i < 199'999; ++i) text += "<a b='" + std::to_string(i) + "' c=''>x</a>";
  const Outcome outcome = attack(text + "</r>");
  std::printf("199,999 elements with attributes   %11zu bytes in, %9zu allocated: %s\n",
              text.size(), outcome.bytes, outcome.code.c_str());
  EXPECT_EQ(outcome.code, "read");
  EXPECT_LE(outcome.bytes, 200 * kMiB);
}

}  // namespace
}  // namespace semafoor::upstream::xml
