// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/credential_calls.h"

#include <openssl/crypto.h>

#include <string>
#include <utility>

#include "gateway/custody/credential_desk.h"
#include "gateway/custody/erasure.h"
#include "gateway/domain/cbe_number.h"
#include "gateway/rpc/call_act.h"
#include "gateway/rpc/errors.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

using Level = Journal::Level;

constexpr std::size_t kLargestMaterial = 64 * 1024;
constexpr std::size_t kLongestPassphrase = 1024;

// gRPC's own buffers are out of reach; this is what the gateway holds.
class Wiped {
 public:
  explicit Wiped(const std::string& secret) : secret_(secret) {}
  ~Wiped() { OPENSSL_cleanse(const_cast<char*>(secret_.data()), secret_.size()); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;

 private:
  const std::string& secret_;
};

Error no_vault() {
  return failure(ErrorKind::unimplemented, "gateway.no_vault",
                 "A call was about the keys of organisations; this gateway has no vault.");
}

// What is secret does not come over a network.
Result<void> check_local(const Call& call) {
  if (call.session->peer.pid != 0) return {};
  return failure(ErrorKind::permission_denied, "credential.local_only",
                 "A key was to be imported from another machine. Import it on the gateway's own, "
                 "with semafoorctl.");
}

Result<void> check_name(const std::string& name) {
  const bool fits =
      !name.empty() && name.size() <= 64 && name.front() != '.' &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
          std::string::npos;
  if (fits) return {};
  return invalid("name",
                 "The name of a key is none. Use 1 to 64 letters, digits, '-', '_' and '.', not "
                 "first.");
}

Result<bool> is_next(v1::CredentialPlace place) {
  if (place == v1::CREDENTIAL_PLACE_ACTIVE) return false;
  if (place == v1::CREDENTIAL_PLACE_NEXT) return true;
  return invalid("place",
                 "The place of a key is not known. Send CREDENTIAL_PLACE_ACTIVE or "
                 "CREDENTIAL_PLACE_NEXT.");
}

void note(Gate& gate, const Call& call, const char* what, const std::string& name,
          const std::string& reason) {
  gate.journal().note(
      Level::info, what, "An administrator changed a key of the vault.",
      {{"credential", name}, {"account", call.session->peer.account}, {"reason", reason}});
}

Result<void> check_import(const Call& call, const v1::ImportCredentialRequest& request) {
  if (auto fine = check_local(call); !fine) return fine;
  if (auto fine = check_name(request.name()); !fine) return fine;
  for (const auto& [bytes, most, field] :
       {std::tuple(&request.material(), kLargestMaterial, "material"),
        std::tuple(&request.passphrase(), kLongestPassphrase, "passphrase"),
        std::tuple(&request.certificate(), kLargestMaterial, "certificate")})
    if (auto fine = check_length(*bytes, most, field); !fine) return fine;
  return {};
}

Result<void> keep_pin(Gate& gate, custody::CredentialDesk& desk, const Call& call,
                      const v1::ImportCredentialRequest& request, const domain::Act& act) {
  if (request.passphrase().empty())
    return invalid("passphrase", "The PIN of a token was to be kept; none was given.");
  auto kept = desk.put_pin(request.name(), vault::SecretBytes(request.passphrase()), act);
  if (kept) note(gate, call, "credential.pin_kept", request.name(), act.reason);
  return kept;
}

Result<void> import_key(Gate& gate, custody::CredentialDesk& desk, const Call& call,
                        const v1::ImportCredentialRequest& request, const domain::Act& act,
                        v1::ImportCredentialResponse& response) {
  const auto next = is_next(request.place());
  if (!next) return next.error();
  auto imported = desk.import(request.name(), *next, request.material(),
                              vault::SecretBytes(request.passphrase()), request.certificate(), act);
  if (!imported) return std::move(imported).error();
  note(gate, call, *next ? "credential.prepared" : "credential.imported", request.name(),
       act.reason);
  *response.mutable_credential() = std::move(*imported);
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* list_credentials(Gate& gate, UseCases& rooms, Context& context,
                                           v1::ListCredentialsResponse& response) {
  return gate.on_pool(context, Method::list_credentials, {},
                      [&rooms, &response](const Call&) -> Result<void> {
                        if (rooms.credentials == nullptr) return no_vault();
                        auto all = rooms.credentials->list();
                        if (!all) return std::move(all).error();
                        response = std::move(*all);
                        return {};
                      });
}

grpc::ServerUnaryReactor* import_credential(Gate& gate, UseCases& rooms, Context& context,
                                            const v1::ImportCredentialRequest& request,
                                            v1::ImportCredentialResponse& response) {
  return gate.on_pool(context, Method::import_credential, {},
                      [&gate, &rooms, &request, &response](const Call& call) -> Result<void> {
                        const Wiped material(request.material());
                        const Wiped passphrase(request.passphrase());
                        if (rooms.credentials == nullptr) return no_vault();
                        if (auto fine = check_import(call, request); !fine) return fine;
                        const auto act = act_with_reason(call, request.reason());
                        if (!act) return act.error();
                        if (request.place() == v1::CREDENTIAL_PLACE_TOKEN_PIN)
                          return keep_pin(gate, *rooms.credentials, call, request, *act);
                        return import_key(gate, *rooms.credentials, call, request, *act, response);
                      });
}

grpc::ServerUnaryReactor* test_credential(Gate& gate, UseCases& rooms, Context& context,
                                          const v1::TestCredentialRequest& request,
                                          v1::TestCredentialResponse& response) {
  return gate.on_pool(context, Method::test_credential, {},
                      [&rooms, &request, &response](const Call& call) -> Result<void> {
                        if (rooms.credentials == nullptr) return no_vault();
                        if (auto fine = check_name(request.name()); !fine) return fine;
                        const auto next = is_next(request.place());
                        if (!next) return next.error();
                        // To test is no change, and its purpose speaks for itself.
                        const auto act = act_with_reason(call, "test");
                        if (!act) return act.error();
                        auto tested = rooms.credentials->test(request.name(), *next, *act);
                        if (!tested) return std::move(tested).error();
                        *response.mutable_credential() = std::move(*tested);
                        return {};
                      });
}

grpc::ServerUnaryReactor* step_credential(Gate& gate, UseCases& rooms, Context& context,
                                          const v1::StepCredentialRequest& request,
                                          v1::StepCredentialResponse& response) {
  return gate.on_pool(
      context, Method::step_credential, {},
      [&gate, &rooms, &request, &response](const Call& call) -> Result<void> {
        if (rooms.credentials == nullptr) return no_vault();
        if (auto fine = check_name(request.name()); !fine) return fine;
        if (request.step() == v1::CREDENTIAL_STEP_UNSPECIFIED ||
            !v1::CredentialStep_IsValid(request.step()))
          return invalid("step", "The step is not known. Send one of CREDENTIAL_STEP_....");
        const auto act = act_with_reason(call, request.reason());
        if (!act) return act.error();
        auto stepped = rooms.credentials->step(request.name(), request.step(), *act);
        if (!stepped) return std::move(stepped).error();
        note(gate, call, "credential.stepped", request.name(),
             v1::CredentialStep_Name(request.step()) + ": " + act->reason);
        *response.mutable_credential() = std::move(*stepped);
        return {};
      });
}

grpc::ServerUnaryReactor* erase_organisation(Gate& gate, UseCases& rooms, Directory& directory,
                                             Context& context,
                                             const v1::EraseOrganisationRequest& request,
                                             v1::EraseOrganisationResponse& response) {
  // Not by the gate's organisation: one that is erased already is not there any more.
  return gate.on_pool(
      context, Method::erase_organisation, {},
      [&gate, &rooms, &directory, &request, &response](const Call& call) -> Result<void> {
        if (rooms.erasure == nullptr) return no_vault();
        const std::string& org = request.organisation().value();
        if (!domain::is_valid_cbe(org))
          return invalid("organisation",
                         "An organisation was to be erased under something that "
                         "is no enterprise number. Give its ten digits.");
        if (!call.session->access.has(Role::security_officer, org))
          return foreign_organisation(org);
        if (request.confirm() != org)
          return invalid("confirm",
                         "An organisation was to be erased, which cannot be undone, and its "
                         "number was not confirmed. Give the same number again.");
        const auto act = act_with_reason(call, request.reason());
        if (!act) return act.error();
        auto erased = rooms.erasure->erase(org, request.even_so(), *act);
        directory.forget(org);
        if (!erased) return std::move(erased).error();
        gate.journal().note(Level::warning, "organisation.erased",
                            "An administrator erased an organisation.",
                            {{"organisation", org},
                             {"account", call.session->peer.account},
                             {"reason", act->reason},
                             {"left_over", std::to_string(erased->left_over_size())}});
        response = std::move(*erased);
        return {};
      });
}

}  // namespace semafoor::rpc
