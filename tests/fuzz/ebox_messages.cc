// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/read_message.h"
#include "gateway/upstream/ebox21/read_reference.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto read = [](std::string_view element) {
    const auto message = upstream::ebox21::read_message(element, "https://provider.example/v2");
    if (!message) return fuzz::must_be_useful(message.error());
    fuzz::must(!message->id.empty(), "a message that was read has its id");
    for (const auto& attachment : message->attachments)
      fuzz::must(attachment.sha256.empty() || attachment.sha256.size() == 64,
                 "a digest is whole or absent");
  };
  read(text);
  if (const auto page = upstream::ebox21::read_page(text)) {
    for (const auto item : page->items) {
      fuzz::must(
          item.data() >= text.data() && item.data() + item.size() <= text.data() + text.size(),
          "an item is a part of its page");
      read(item);
    }
  }
  (void)upstream::ebox21::read_message_type(text);
  (void)upstream::ebox21::read_sender_organisation(text);
  (void)upstream::ebox21::read_sender_application(text);
  (void)upstream::ebox21::read_payment(text);
  (void)upstream::ebox21::read_summary(text);
  (void)upstream::ebox21::read_body(text);
  return 0;
}
