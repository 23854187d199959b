// SPDX-License-Identifier: Apache-2.0
//
// A PKCS#11 library that misbehaves when told to; see pretend_token.h. For tests.
#include <openssl/evp.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "gateway/vault/openssl_handles.h"
#include "gateway/vault/pkcs11/cryptoki.h"
#include "gateway/vault/public_half.h"

namespace {

using namespace semafoor::vault;          // NOLINT(google-build-using-namespace)
using namespace semafoor::vault::pkcs11;  // NOLINT(google-build-using-namespace)

constexpr Object kTheKey = 11;
constexpr Object kThePublicKey = 12;
constexpr std::array<const char*, 2> kLabels{"slow", "steady"};

struct World {
  std::mutex mutex;
  std::condition_variable bell;
  bool held = false;
  int waiting = 0;
  bool gone = false;
  int logins = 0;
  Session last = 0;
  // Open sessions with their slots, and those slots where somebody is logged in.
  std::map<Session, Slot> sessions;
  std::set<Slot> logged_in;
  std::map<Session, Ulong> looking_for;
  std::array<Owned<EVP_PKEY>, 2> keys{Owned<EVP_PKEY>(EVP_EC_gen("P-256")),
                                      Owned<EVP_PKEY>(EVP_EC_gen("P-256"))};
};

World& world() {
  static auto* const one = new World;
  return *one;
}

Rv initialize(void*) {
  static bool begun = false;
  const std::lock_guard lock(world().mutex);
  return std::exchange(begun, true) ? kAlreadyInitialized : kOk;
}

Rv get_slot_list(unsigned char, Slot* slots, Ulong* count) {
  const std::lock_guard lock(world().mutex);
  *count = world().gone ? 0 : kLabels.size();
  for (Ulong i = 0; i < *count; ++i) slots[i] = i;
  return kOk;
}

Rv get_token_info(Slot slot, void* info) {
  std::memset(info, ' ', kTokenLabelBytes);
  std::memcpy(info, kLabels[slot], std::strlen(kLabels[slot]));
  return kOk;
}

Rv open_session(Slot slot, Ulong, void*, void*, Session* session) {
  const std::lock_guard lock(world().mutex);
  if (world().gone) return kTokenNotPresent;
  *session = ++world().last;
  world().sessions[*session] = slot;
  return kOk;
}

Rv close_session(Session session) {
  const std::lock_guard lock(world().mutex);
  return world().sessions.erase(session) == 1 ? kOk : kSessionHandleInvalid;
}

Rv login(Session session, Ulong, unsigned char* pin, Ulong size) {
  const std::lock_guard lock(world().mutex);
  ++world().logins;
  if (std::string(reinterpret_cast<char*>(pin), size) != "1234") return kPinIncorrect;
  world().logged_in.insert(world().sessions.at(session));
  return kOk;
}

// Of the session: nothing when it is gone.
Rv check(Session session) {
  if (!world().sessions.contains(session)) return kSessionHandleInvalid;
  return world().logged_in.contains(world().sessions.at(session)) ? kOk : kNotLoggedIn;
}

Rv find_objects_init(Session session, Triple* wanted, Ulong count) {
  const std::lock_guard lock(world().mutex);
  if (const Rv rv = check(session); rv != kOk) return rv;
  Ulong kind = 0;
  std::memcpy(&kind, wanted[0].bytes, sizeof kind);
  for (Ulong i = 1; i < count; ++i)
    if (wanted[i].kind == kLabel &&
        std::string(static_cast<char*>(wanted[i].bytes), wanted[i].size) != "key")
      kind = ~Ulong{0};
  world().looking_for[session] = kind;
  return kOk;
}

Rv find_objects(Session session, Object* found, Ulong, Ulong* count) {
  const std::lock_guard lock(world().mutex);
  const Ulong kind = world().looking_for[session];
  *count = kind == kPrivateKey || kind == kPublicKey ? 1 : 0;
  *found = kind == kPrivateKey ? kTheKey : kThePublicKey;
  return kOk;
}

Rv find_objects_final(Session) {
  return kOk;
}

Rv get_attribute_value(Session session, Object, Triple* asked, Ulong) {
  const std::lock_guard lock(world().mutex);
  if (const Rv rv = check(session); rv != kOk) return rv;
  std::string value;
  if (asked->kind == kKeyType) value.assign(reinterpret_cast<const char*>(&kEc), sizeof kEc);
  if (asked->kind == kId) value = "id";
  if (asked->kind == kEcPoint) {
    EVP_PKEY* const key = world().keys[world().sessions.at(session)].get();
    unsigned char* point = nullptr;
    const auto size = EVP_PKEY_get1_encoded_public_key(key, &point);
    value = std::string("\x04\x41") + std::string(reinterpret_cast<char*>(point), size);
    OPENSSL_free(point);
  }
  if (asked->bytes != nullptr) std::memcpy(asked->bytes, value.data(), value.size());
  asked->size = static_cast<Ulong>(value.size());
  return kOk;
}

Rv sign_init(Session session, Triple* how, Object) {
  const std::lock_guard lock(world().mutex);
  if (how->kind != kEcdsa) return kMechanismInvalid;
  return check(session);
}

Rv sign(Session session, unsigned char* data, Ulong size, unsigned char* out, Ulong* out_size) {
  std::unique_lock lock(world().mutex);
  if (const Rv rv = check(session); rv != kOk) return rv;
  const Slot slot = world().sessions.at(session);
  if (slot == 0 && world().held) {
    ++world().waiting;
    world().bell.notify_all();
    world().bell.wait(lock, [] { return !world().held; });
    --world().waiting;
  }
  std::size_t der_size = 128;
  std::string der(der_size, '\0');
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new(world().keys[slot].get(), nullptr);
  EVP_PKEY_sign_init(context);
  EVP_PKEY_sign(context, reinterpret_cast<unsigned char*>(der.data()), &der_size, data, size);
  EVP_PKEY_CTX_free(context);
  der.resize(der_size);
  const std::string jose = to_jose(der).value();
  std::memcpy(out, jose.data(), jose.size());
  *out_size = static_cast<Ulong>(jose.size());
  return kOk;
}

template <typename Called>
void put(FunctionList& list, typename Called::Pointer function) {
  list.functions[Called::kPlace] = reinterpret_cast<void (*)()>(function);
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] Rv C_GetFunctionList(FunctionList** list) {
  static FunctionList functions{{2, 40}, {}};
  put<Initialize>(functions, &initialize);
  put<GetSlotList>(functions, &get_slot_list);
  put<GetTokenInfo>(functions, &get_token_info);
  put<OpenSession>(functions, &open_session);
  put<CloseSession>(functions, &close_session);
  put<Login>(functions, &login);
  put<GetAttributeValue>(functions, &get_attribute_value);
  put<FindObjectsInit>(functions, &find_objects_init);
  put<FindObjects>(functions, &find_objects);
  put<FindObjectsFinal>(functions, &find_objects_final);
  put<SignInit>(functions, &sign_init);
  put<Sign>(functions, &sign);
  *list = &functions;
  return kOk;
}

[[gnu::visibility("default")]] void pretend_hold(bool held) {
  const std::lock_guard lock(world().mutex);
  world().held = held;
  world().bell.notify_all();
}

[[gnu::visibility("default")]] void pretend_await_held() {
  std::unique_lock lock(world().mutex);
  world().bell.wait(lock, [] { return world().waiting > 0; });
}

[[gnu::visibility("default")]] void pretend_unplug(bool gone) {
  const std::lock_guard lock(world().mutex);
  world().gone = gone;
  world().sessions.clear();
  world().logged_in.clear();
}

[[gnu::visibility("default")]] int pretend_logins() {
  const std::lock_guard lock(world().mutex);
  return world().logins;
}
}
