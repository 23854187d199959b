// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/code_list.h"
#include "gateway/mailbox/families.h"
#include "gateway/signals/signal_types.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  if (const auto read = mailbox::Families::parse(text, "a.json"); !read)
    fuzz::must_be_useful(read.error());
  if (const auto read = signals::SignalTypes::parse(text, "a.json"); !read)
    fuzz::must_be_useful(read.error());
  if (const auto read = feedback::CodeList::parse(text, "a.json"); !read)
    fuzz::must_be_useful(read.error());
  return 0;
}
