// SPDX-License-Identifier: Apache-2.0
//
// A document that broke off on its way, when nobody can be asked for it again.
#pragma once

#include <string>
#include <string_view>

namespace semafoor::upstream::xml {

// The beginning of `cut`, with end tags for what is left open: up to the last whole element whose
// tag reads `tag`, so that no half of one looks like one. With an empty `tag` up to the last whole
// character. A document that is whole stays as it is. What cannot be mended comes back so that
// read() says what is wrong with it.
std::string mended(std::string_view cut, std::string_view tag);

}  // namespace semafoor::upstream::xml
