// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/domain/masking.h"
#include "gateway/domain/ssin.h"
#include "gateway/domain/text.h"
#include "gateway/domain/uuid.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  if (const auto number = domain::CbeNumber::parse(text)) {
    fuzz::must(number->value().size() == 10 && domain::is_valid_cbe(number->value()),
               "ten digits that check");
    fuzz::must(domain::CbeNumber::parse(number->value())->value() == number->value(),
               "a number stays as it is");
  }
  if (const auto date = domain::parse_date(text)) {
    fuzz::must(domain::is_valid_date(*date), "what was read is a date");
    fuzz::must(domain::write_date(*date) ==
                   domain::write_date(*domain::parse_date(domain::write_date(*date))),
               "a date there and back");
  }
  (void)domain::parse_moment(text);
  (void)domain::is_valid_ssin(text);
  (void)domain::is_uuid(text);
  (void)domain::words_of(text);
  fuzz::must(domain::is_utf8(domain::as_utf8(text)), "as_utf8 gives UTF-8");
  fuzz::must(!domain::is_utf8(text) || domain::as_utf8(text) == text, "UTF-8 stays as it is");
  const auto masked = domain::mask_national_numbers(text);
  fuzz::must(masked.size() == text.size(), "masking keeps the length");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hidden = masked[i] == 'x' && text[i] >= '0' && text[i] <= '9';
    fuzz::must(masked[i] == text[i] || hidden, "masking changes digits alone");
  }
  return 0;
}
