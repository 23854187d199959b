// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/lines.h"
#include "gateway/documents/text.h"
#include "gateway/domain/text.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(fuzz::text_of(data, size));
  const documents::MemorySource source(bytes);
  const auto open = documents::opener_of(source);
  const auto facts = documents::examine(open);
  if (!facts) {
    fuzz::must_be_useful(facts.error());
    return 0;
  }
  fuzz::must(facts->bytes == size, "all bytes are counted");
  documents::LineReader lines(open().value(), *facts);
  documents::Line line;
  std::int64_t count = 0;
  std::size_t seen = 0;
  while (lines.next(line).value()) {
    fuzz::must(line.number == ++count, "lines are numbered one by one");
    fuzz::must(line.bytes.size() <= documents::kLongestLine, "no line is longer than allowed");
    seen += line.bytes.size();
    std::string text;
    documents::decode(facts->encoding, line.bytes, text);
    fuzz::must(domain::is_utf8(text), "what is decoded is UTF-8");
  }
  fuzz::must(seen <= size, "no byte is read twice");
  return 0;
}
