// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/credentials/credentials.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/vault/evp_signer.h"

namespace semafoor::vault {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::string_view kEnding = ".credential";
constexpr char kHome[] = "vault";

Error failure(const char* code, const std::string& what) {
  return {.kind = ErrorKind::failed_precondition, .code = code, .message = what};
}

std::string purpose_of(const std::string& name) {
  return "credential " + name;
}

std::string file_of(const std::string& name) {
  return name + std::string(kEnding);
}

Error missing(const std::string& name) {
  return {.kind = ErrorKind::not_found,
          .code = "vault.credential_missing",
          .message = "Looked for the credential '" + name +
                     "': there is none. Import it (semafoorctl credentials import), or correct the "
                     "name."};
}

Error empty_slot(const std::string& name, const char* what) {
  return failure("vault.slot_empty", "Worked on the credential '" + name + "': " + what);
}

}  // namespace

struct Credentials::Key {
  std::string pem;
  std::string certificate_pem;
  std::string digest;
  std::int64_t added_s = 0;
  std::int64_t tested_s = 0;
};

struct Credentials::Content {
  std::optional<Key> active;
  std::optional<Key> next;
  std::optional<Key> previous;
};

Credentials::Credentials(Shelf& shelf, std::shared_ptr<const SealKey> seal,
                         std::function<std::int64_t()> now_s)
    : shelf_(shelf, std::move(seal)), now_s_(std::move(now_s)) {}

Result<std::optional<Credentials::Content>> Credentials::load(const std::string& name) {
  auto opened = shelf_.load(file_of(name), purpose_of(name));
  if (!opened) return std::move(opened).error();
  if (!opened->has_value()) return std::optional<Content>();
  const std::string shown = shelf_.plain().shown(file_of(name));
  const std::string_view text((*opened)->data(), (*opened)->size());
  const json document = json::parse(text, nullptr, false);
  if (document.is_object() && document.value("version", 0) > kVersion)
    return failure("vault.newer_version", "Opened " + shown +
                                              ": a newer gateway has written it. Install that one. "
                                              "Nothing was changed.");
  const auto key_in = [&](const char* slot) -> std::optional<Key> {
    if (!document.is_object() || !document.contains(slot) || !document[slot].is_object())
      return std::nullopt;
    const json& one = document[slot];
    return Key{.pem = one.value("key", ""),
               .certificate_pem = one.value("certificate", ""),
               .digest = one.value("digest", ""),
               .added_s = one.value("added", std::int64_t{0}),
               .tested_s = one.value("tested", std::int64_t{0})};
  };
  try {
    Content content{key_in("active"), key_in("next"), key_in("previous")};
    if (content.active && !content.active->pem.empty()) return std::optional(std::move(content));
  } catch (const json::exception&) {
    // Said below.
  }
  return failure("vault.corrupt", "Opened " + shown +
                                      ": it is damaged. Put it back from a copy, or import the key "
                                      "again under another name. Nothing was changed.");
}

Result<Credentials::Content> Credentials::existing(const std::string& name) {
  auto content = load(name);
  if (!content) return std::move(content).error();
  if (!content->has_value()) return missing(name);
  return std::move(**content);
}

Result<void> Credentials::save(const std::string& name, const Content& content) {
  json document{{"version", kVersion}};
  const auto put = [&](const char* slot, const std::optional<Key>& key) {
    if (!key) return;
    document[slot] = {{"key", key->pem},
                      {"certificate", key->certificate_pem},
                      {"digest", key->digest},
                      {"added", key->added_s},
                      {"tested", key->tested_s}};
  };
  put("active", content.active);
  put("next", content.next);
  put("previous", content.previous);
  return shelf_.save(file_of(name), purpose_of(name), SecretBytes(document.dump()));
}

Result<Credentials::Key> Credentials::key_of(const Material& material) const {
  auto digest = public_key_digest(material.key_pem);
  if (!digest) return std::move(digest).error();
  return Key{.pem = std::string(material.key_pem.data(), material.key_pem.size()),
             .certificate_pem = material.certificate_pem,
             .digest = std::move(*digest),
             .added_s = now_s_(),
             .tested_s = 0};
}

Result<void> Credentials::import(const std::string& name, const Material& material) {
  const std::lock_guard lock(mutex_);
  auto there = load(name);
  if (!there) return std::move(there).error();
  auto key = key_of(material);
  if (!key) return std::move(key).error();
  if (there->has_value()) {
    // Said again after an answer that was lost.
    if ((*there)->active->digest == key->digest &&
        (*there)->active->certificate_pem == key->certificate_pem)
      return {};
    return Error{.kind = ErrorKind::already_exists,
                 .code = "vault.credential_exists",
                 .message = "Imported a key as '" + name +
                            "': there is another one of that name, which is in use. Let this one "
                            "follow it (semafoorctl credentials rotate), or choose another name. "
                            "Nothing was changed."};
  }
  return save(name, {.active = std::move(*key), .next = {}, .previous = {}});
}

Result<void> Credentials::prepare(const std::string& name, const Material& material) {
  const std::lock_guard lock(mutex_);
  auto content = existing(name);
  if (!content) return std::move(content).error();
  auto key = key_of(material);
  if (!key) return std::move(key).error();
  const auto same = [&](const std::optional<Key>& other) {
    return other && other->digest == key->digest && other->certificate_pem == key->certificate_pem;
  };
  if (same(content->active) || same(content->next)) return {};
  if (content->next && content->next->digest != key->digest)
    return failure("vault.rotation_other_key",
                   "Prepared a key to follow in '" + name +
                       "': another one is prepared already. Go on with that one, or withdraw it "
                       "first (semafoorctl credentials rotate --withdraw). Nothing was changed.");
  content->next = std::move(*key);
  return save(name, *content);
}

Result<void> Credentials::test(const std::string& name, Slot slot) {
  const std::lock_guard lock(mutex_);
  auto content = existing(name);
  if (!content) return std::move(content).error();
  std::optional<Key>& key = slot == Slot::next ? content->next : content->active;
  if (!key) return empty_slot(name, "no key is prepared to follow.");
  if (key->certificate_pem.empty())
    return failure("vault.certificate_missing",
                   "Tested the key of '" + name +
                       "': it has no certificate to verify with. Import the key again with it.");
  auto facts = facts_of(key->certificate_pem);
  if (!facts) return std::move(facts).error();
  if (facts->not_after_s < now_s_() || facts->not_before_s > now_s_())
    return failure("vault.certificate_expired",
                   "Tested the key of '" + name +
                       "': its certificate is not in force today. Have a new one made, and look "
                       "whether this machine's clock is right.");
  auto signer = make_evp_signer(SecretBytes(key->pem), name, kHome, key->certificate_pem);
  if (!signer) return std::move(signer).error();
  if (auto right = (*signer)->test(); !right) return right;
  key->tested_s = now_s_();
  return save(name, *content);
}

Result<void> Credentials::activate(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto content = existing(name);
  if (!content) return std::move(content).error();
  if (!content->next) return empty_slot(name, "no key is prepared to follow.");
  if (content->next->tested_s == 0)
    return failure(
        "vault.not_tested",
        "Activated the key that is prepared in '" + name +
            "': it was never tested. Test it first (semafoorctl credentials test --next); "
            "the former key is still the one that signs.");
  content->previous = std::exchange(content->active, std::exchange(content->next, std::nullopt));
  return save(name, *content);
}

Result<void> Credentials::roll_back(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto content = existing(name);
  if (!content) return std::move(content).error();
  if (!content->previous) return empty_slot(name, "the key before this one was retired.");
  content->next = std::exchange(content->active, std::exchange(content->previous, std::nullopt));
  return save(name, *content);
}

Result<void> Credentials::withdraw(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto content = existing(name);
  if (!content) return std::move(content).error();
  if (!content->next) return {};
  content->next.reset();
  return save(name, *content);
}

Result<void> Credentials::retire(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto content = existing(name);
  if (!content) return std::move(content).error();
  if (!content->previous) return {};
  content->previous.reset();
  return save(name, *content);
}

Result<void> Credentials::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return shelf_.plain().remove(file_of(name));
}

Result<CredentialView> Credentials::view(const std::string& name) {
  auto content = existing(name);
  if (!content) return std::move(content).error();
  const auto seen = [&name](const std::optional<Key>& key) -> std::optional<SlotView> {
    if (!key) return std::nullopt;
    SlotView view{.key = {}, .added_s = key->added_s, .tested_s = key->tested_s};
    view.key.digest = key->digest;
    if (auto signer = make_evp_signer(SecretBytes(key->pem), name, kHome, key->certificate_pem))
      if (auto facts = (*signer)->describe()) view.key = std::move(*facts);
    return view;
  };
  return CredentialView{.name = name,
                        .active = seen(content->active),
                        .next = seen(content->next),
                        .previous = seen(content->previous),
                        .problem = {}};
}

Result<std::vector<CredentialView>> Credentials::list() {
  auto names = shelf_.plain().names();
  if (!names) return std::move(names).error();
  std::vector<CredentialView> all;
  for (const std::string& file : *names) {
    if (!file.ends_with(kEnding)) continue;
    const std::string name = file.substr(0, file.size() - kEnding.size());
    auto one = view(name);
    if (one) {
      all.push_back(std::move(*one));
    } else {
      all.emplace_back();
      all.back().name = name;
      all.back().problem = std::move(one).error();
    }
  }
  return all;
}

Result<Credentials::Key> Credentials::taken(const std::string& name, Slot slot) {
  auto content = existing(name);
  if (!content) return std::move(content).error();
  std::optional<Key>& key = slot == Slot::next ? content->next : content->active;
  if (!key) return empty_slot(name, "no key is prepared to follow.");
  return std::move(*key);
}

Result<std::shared_ptr<Signer>> Credentials::signer(const std::string& name, Slot slot) {
  auto key = taken(name, slot);
  if (!key) return std::move(key).error();
  return make_evp_signer(SecretBytes(std::move(key->pem)), name, kHome, key->certificate_pem);
}

Result<std::string> Credentials::certificate(const std::string& name, Slot slot) {
  auto key = taken(name, slot);
  if (!key) return std::move(key).error();
  if (key->certificate_pem.empty())
    return failure("vault.certificate_missing",
                   "Looked for the certificate of the credential '" + name +
                       "': it came without one. Import the key again with its certificate.");
  return std::move(key->certificate_pem);
}

std::optional<int> expiry_step(std::int64_t not_after_s, std::int64_t now_s) {
  constexpr std::array<int, 6> kDays{1, 3, 7, 14, 30, 60};
  if (not_after_s <= now_s) return 0;
  for (const int days : kDays)
    if (not_after_s - now_s <= std::int64_t{days} * 86'400) return days;
  return std::nullopt;
}

}  // namespace semafoor::vault
