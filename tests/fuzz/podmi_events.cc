// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/json/slices.h"
#include "gateway/upstream/podmi/event.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

namespace {

void read(std::string_view element) {
  (void)upstream::podmi::cursor_of(element);
  const auto item = upstream::podmi::read_item(element);
  if (!item) return fuzz::must_be_useful(item.error());
  fuzz::must(!item->source.empty() && !item->id.empty(),
             "an event that was read can be acknowledged");
  fuzz::must(item->raw == element, "an event is kept as it came");
  if (const auto content = upstream::podmi::read_content(*item, "0100100139"); !content)
    fuzz::must_be_useful(content.error());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  read(text);
  if (const auto elements = upstream::array_elements(text))
    for (const auto element : *elements) read(element);
  if (const auto status =
          upstream::podmi::read_status(text, "0191f1a0-0000-7000-8000-000000000001");
      !status)
    fuzz::must_be_useful(status.error());
  return 0;
}
