// SPDX-License-Identifier: Apache-2.0
//
// The message types of the sandbox. The real ids are not public: all of these are of this project
// (prefix X-).
#pragma once

#include <span>
#include <string_view>

namespace semafoor::sandbox::content {

struct Names {
  std::string_view nl, fr, de;
};

enum class Sender { podmi, nsso, regional };

struct Family {
  std::string_view type_id;
  Names name;
  Sender sender;
  int validity_months;
};

// In the order of issue 2's list; never reordered, because seeded content depends on it.
std::span<const Family> families();
const Family* find_family(std::string_view type_id);

struct SenderOrganisation {
  std::string_view cbe;
  Names short_name, long_name;
};
struct SenderApplication {
  std::string_view id;
  Names name;
  std::string_view organisation;
};
std::span<const SenderOrganisation> sender_organisations();
std::span<const SenderApplication> sender_applications();
const SenderApplication& application_of(Sender sender);

}  // namespace semafoor::sandbox::content
