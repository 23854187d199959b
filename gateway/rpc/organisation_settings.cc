// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/organisation_settings.h"

#include <cstddef>
#include <string>
#include <tuple>

#include "gateway/domain/cbe_number.h"
#include "gateway/rpc/errors.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostNisCodes = 20;
// Takes all away.
constexpr char kNoNisCodes[] = "-";

// A file name without any path in it.
bool harmless_name(const std::string& name) {
  return name.empty() ||
         (name.front() != '.' && name.find_first_of(std::string("/\\\0", 3)) == std::string::npos);
}

Result<void> check_client(const std::string& client_id, const std::string& key_name,
                          const std::string& path) {
  if (auto fine = check_length(client_id, 256, path + ".clientId"); !fine.ok()) return fine;
  if (auto fine = check_length(key_name, 128, path + ".keyName"); !fine.ok()) return fine;
  if (!harmless_name(key_name))
    return invalid(path + ".keyName",
                   "The key's name holds a path. Give the name of a file in the gateway's key "
                   "folder, without folder and without \".pem\".");
  return {};
}

}  // namespace

Result<void> check_representative(const v1::Organisation& wanted, bool ends) {
  if (!wanted.has_representative()) return {};
  const std::string path = "organisation.representative";
  const v1::Representative& provider = wanted.representative();
  if (ends)
    return invalid(path,
                   "A service provider was to be set and taken away at once. Send the one or the "
                   "other.");
  if (provider.client_id().empty() || provider.key_name().empty())
    return invalid(path,
                   "A service provider was to be set without its client id or the name of its "
                   "key. Give both.");
  return check_client(provider.client_id(), provider.key_name(), path);
}

Result<void> check_account(const v1::Organisation& wanted) {
  if (!wanted.has_technical_account()) return {};
  const std::string path = "organisation.technicalAccount";
  const v1::TechnicalAccount& account = wanted.technical_account();
  if (account.user().empty()) return {};
  for (const auto& [text, most, member] :
       {std::tuple(&account.user(), 64, ".user"), std::tuple(&account.email(), 100, ".email")})
    if (auto fine = check_length(*text, static_cast<std::size_t>(most), path + member); !fine.ok())
      return fine;
  if (account.user().find(':') != std::string::npos)
    return invalid(path + ".user",
                   "A technical account was to be set whose user has a colon, "
                   "which no HTTP login can carry. Give the user as it stands on "
                   "the portal.");
  if (account.password_name().empty() || !harmless_name(account.password_name()))
    return invalid(path + ".passwordName",
                   "A technical account was to be set without the name of its password. Give the "
                   "name of a file in the gateway's key folder, without folder and without "
                   "\".password\".");
  const std::string& id = account.user_id();
  const bool digits = id.size() == 11 && id.find_first_not_of("0123456789") == std::string::npos;
  if (!id.empty() && !digits)
    return invalid(path + ".userId",
                   "A user id was to be set that has not eleven digits. Give the one that the KSZ "
                   "knows.");
  return {};
}

Result<void> check_nis_codes(const v1::Organisation& wanted) {
  const auto& codes = wanted.nis_codes();
  if (codes.size() > kMostNisCodes)
    return invalid("organisation.nisCodes",
                   "More than " + std::to_string(kMostNisCodes) + " NIS codes were to be set.");
  if (codes.size() == 1 && codes[0] == kNoNisCodes) return {};
  for (const std::string& code : codes)
    if (code.size() != 5 || code.find_first_not_of("0123456789") != std::string::npos)
      return invalid("organisation.nisCodes",
                     "A NIS code was to be set that has not five digits. Give those of the "
                     "municipality, as 24033; or \"-\" alone for none.");
  return {};
}

void set_nis_codes(const v1::Organisation& wanted, v1::Organisation& organisation) {
  if (wanted.nis_codes().empty()) return;
  *organisation.mutable_nis_codes() = wanted.nis_codes();
  if (wanted.nis_codes(0) == kNoNisCodes) organisation.clear_nis_codes();
}

Result<void> check_settings(v1::Organisation& wanted) {
  const auto number = domain::CbeNumber::parse(wanted.organisation().value());
  if (!number)
    return invalid("organisation.organisation",
                   "An organisation was to be set under something that is no enterprise number. "
                   "Give its ten digits.");
  wanted.mutable_organisation()->set_value(number->value());
  if (auto fine = check_client(wanted.client_id(), wanted.key_name(), "organisation"); !fine.ok())
    return fine;
  for (const std::string* name :
       {&wanted.name().nl(), &wanted.name().fr(), &wanted.name().de(), &wanted.name().en()})
    if (auto fine = check_length(*name, 256, "organisation.name"); !fine.ok()) return fine;
  return {};
}

void merge_name(const v1::LocalizedText& wanted, v1::LocalizedText& name) {
  if (!wanted.nl().empty()) name.set_nl(wanted.nl());
  if (!wanted.fr().empty()) name.set_fr(wanted.fr());
  if (!wanted.de().empty()) name.set_de(wanted.de());
  if (!wanted.en().empty()) name.set_en(wanted.en());
}

}  // namespace semafoor::rpc
