// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/canonical.h"
#include "gateway/upstream/xml/reader.h"
#include "gateway/upstream/xml/writer.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  // What a writer makes of any bytes, a reader gives back.
  upstream::xml::Writer writer;
  writer.open("r").attribute("a", text).text(text).close();
  if (const auto written = std::move(writer).finish()) {
    const auto back = upstream::xml::read(*written);
    fuzz::must(back.ok(), "what was written is read");
    fuzz::must(back->root().text() == text, "a text comes back as it was");
    fuzz::must(back->root().attribute("", "a") == text, "a value comes back as it was");
  } else {
    fuzz::must_be_useful(written.error());
  }
  const auto document = upstream::xml::read(text, {.depth = 20, .elements = 200});
  if (!document) {
    fuzz::must_be_useful(document.error());
    return 0;
  }
  fuzz::must(document->root().with_descendants().size() <= 200, "no more elements than allowed");
  if (const auto once = upstream::xml::exclusive_canonical(document->root())) {
    const auto again = upstream::xml::read(*once);
    fuzz::must(again.ok(), "what is canonical is read");
    fuzz::must(upstream::xml::exclusive_canonical(again->root()).value() == *once,
               "what is canonical stays as it is");
  }
  return 0;
}
