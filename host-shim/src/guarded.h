// SPDX-License-Identifier: Apache-2.0
//
// Calls into a plugin that survive one that lets an exception out (P-3): nullopt instead of the end
// of the process.
#pragma once

#include <optional>

namespace semafoor::loader {

template <typename Function>
auto guarded_call(Function&& function) -> std::optional<decltype(function())> {
  try {
    return function();
  } catch (...) {
    return std::nullopt;
  }
}

// The parameter's type drops `noexcept` on purpose: with it the compiler would leave out the
// handler, and a plugin in C++11 can be compiled without that promise.
template <typename Result, typename... Parameters, typename... Arguments>
std::optional<Result> guarded(Result (*function)(Parameters...), Arguments... arguments) {
  return guarded_call([&] { return function(arguments...); });
}

}  // namespace semafoor::loader
