// SPDX-License-Identifier: Apache-2.0
//
// A target gives one input to one parser and says by must() what holds for every answer. Built
// twice: under libFuzzer, and with replay.cc for the tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace semafoor::fuzz {

inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// An error is for people and for programs.
template <typename Error>
void must_be_useful(const Error& error) {
  must(!error.code.empty() && !error.message.empty(), "an error has a code and a message");
}

}  // namespace semafoor::fuzz
