// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/pairing.h"

#include <algorithm>
#include <utility>

namespace semafoor::pairing {
namespace {

// An answer may get lost: the same certificate can then be followed once more. Not without end.
constexpr std::ptrdiff_t kMostCertificates = 8;

}  // namespace

Result<std::unique_ptr<Pairing>> Pairing::open(vault::Shelf& shelf,
                                               const std::shared_ptr<const vault::SealKey>& seal,
                                               Authority::Now now_s, PairingOptions options) {
  auto authority = Authority::open(shelf, seal.get(), now_s);
  if (!authority.ok()) return authority.error();
  auto machines = Machines::open(shelf, seal);
  if (!machines.ok()) return machines.error();
  return std::unique_ptr<Pairing>(new Pairing(std::move(*authority), std::move(*machines),
                                              std::move(now_s), std::move(options)));
}

Result<Certified> Pairing::pair(std::string_view code, std::string_view request) {
  // Before the code: a broken request may be sent again.
  if (auto fine = Authority::check(request); !fine.ok()) return fine.error();
  auto grant = codes_.redeem(code);
  if (!grant.ok()) return grant.error();
  auto issued = authority_->issue(request, grant->name, options_.certificate_life_s);
  if (!issued.ok()) return issued.error();
  const Machine machine{.id = issued->serial,
                        .grant = std::move(*grant),
                        .paired_s = issued->not_before_s,
                        .certificates = {{.serial = issued->serial,
                                          .not_before_s = issued->not_before_s,
                                          .not_after_s = issued->not_after_s}}};
  if (auto added = machines_->add(machine); !added.ok()) return added.error();
  return certified(std::move(*issued));
}

Result<Certified> Pairing::renew(const std::string& serial, std::string_view request) {
  const auto machine = standing(serial);
  if (!machine.ok()) return machine.error();
  const auto& all = (*machine)->certificates;
  const auto own = std::ranges::find(all, serial, &Issued::serial);
  const std::int64_t now = now_s_();
  if (now < certified(*own).renew_from_s)
    return Error{ErrorKind::failed_precondition, "pairing.too_early",
                 "A certificate was to be renewed before two thirds of its life are over. Keep the "
                 "one there is, and come back then."};
  if (std::ranges::count_if(all, [now](const Issued& one) { return one.not_after_s > now; }) >=
      kMostCertificates)
    return Error{ErrorKind::resource_exhausted, "pairing.too_many",
                 "A certificate was to be renewed whose machine has eight that are good. Use the "
                 "newest of them, or pair the machine anew (semafoorctl pair)."};
  auto issued = authority_->issue(request, (*machine)->grant.name, options_.certificate_life_s);
  if (!issued.ok()) return issued.error();
  if (auto kept = machines_->renewed((*machine)->id, *issued, now_s_()); !kept.ok())
    return kept.error();
  return certified(std::move(*issued));
}

Result<std::shared_ptr<const Machine>> Pairing::standing(const std::string& serial) const {
  auto machine = machines_->find(serial);
  const auto refused = [&serial](const char* code, const char* what) {
    return Error{ErrorKind::unauthenticated, code,
                 "A call came with the certificate " + serial + ", which " + what +
                     ". Pair the machine anew (semafoorctl pair)."};
  };
  if (!machine) return refused("session.certificate_unknown", "this gateway has not given");
  if (machine->revoked_s != 0) return refused("session.revoked", "was revoked");
  const auto own = std::ranges::find(machine->certificates, serial, &Issued::serial);
  if (own == machine->certificates.end() || own->not_after_s <= now_s_())
    return refused("session.certificate_expired", "has expired");
  return machine;
}

Certified Pairing::certified(Issued issued) {
  const std::int64_t from =
      issued.not_before_s + (issued.not_after_s - issued.not_before_s) * 2 / 3;
  return {.certificate = std::move(issued), .renew_from_s = from};
}

}  // namespace semafoor::pairing
