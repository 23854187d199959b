// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/key_watch.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace semafoor::custody {
namespace {

constexpr std::int64_t kBetweenLooks = 60;

v1::AlarmLevel level_of(int step) {
  if (step <= 3) return v1::ALARM_LEVEL_RED;
  return step <= 30 ? v1::ALARM_LEVEL_YELLOW : v1::ALARM_LEVEL_NOTICE;
}

v1::Alarm alarm(v1::AlarmLevel level, const char* code, std::string message) {
  v1::Alarm one;
  one.set_level(level);
  one.set_code(code);
  one.set_message(std::move(message));
  return one;
}

v1::Alarm about(const v1::Credential& credential, v1::AlarmLevel level, const char* code,
                std::string message) {
  v1::Alarm one = alarm(level, code, std::move(message));
  one.set_subject(credential.name());
  *one.mutable_organisations() = credential.organisations();
  return one;
}

std::vector<v1::Alarm> alarms_of(const LooseSettings& settings) {
  std::vector<v1::Alarm> alarms;
  if (settings.unsealed)
    alarms.push_back(alarm(v1::ALARM_LEVEL_YELLOW, "seal.none",
                           "Nothing is sealed: the settings say [seal] source = \"none\". Whoever "
                           "gets hold of the data folder, or of a backup, reads everything."));
  if (settings.plaintext)
    alarms.push_back(alarm(v1::ALARM_LEVEL_YELLOW, "keys.plaintext",
                           "Keys that sign may be files in clear: the settings say [keys] "
                           "plaintext = true. Import each (semafoorctl credentials import), remove "
                           "its file, and take the line away."));
  return alarms;
}

v1::Alarm ending(const v1::Credential& credential, int step) {
  const std::string certificate = "The certificate of the key " + credential.name() + " (" +
                                  credential.active().certificate().subject() + ")";
  const char* const what =
      " Have a new one made, register it, and rotate (semafoorctl credentials rotate).";
  if (step == 0)
    return about(credential, level_of(step), "credential.expired",
                 certificate + " has expired: upstreams may refuse what it signs." + what);
  const int days = credential.active().certificate().days_left();
  return about(credential, level_of(step), "credential.expires",
               certificate + " expires in " +
                   (days == 0   ? std::string("less than a day")
                    : days == 1 ? std::string("1 day")
                                : std::to_string(days) + " days") +
                   "." + what);
}

std::string cursor_of(const std::string& key_name) {
  return "credential.told." + key_name;
}

// A step that is told is followed by smaller ones only; another certificate begins anew.
bool is_told(const std::optional<std::string>& told, const std::string& fingerprint, int step) {
  if (!told || !told->starts_with(fingerprint + ":")) return false;
  int last = 0;
  const char* const end = told->data() + told->size();
  const auto read = std::from_chars(told->data() + fingerprint.size() + 1, end, last);
  return read.ec == std::errc() && last <= step;
}

}  // namespace

KeyWatch::KeyWatch(store::Store& store, const Inventory& inventory, LooseSettings settings,
                   std::function<std::int64_t()> now_s)
    : store_(store),
      inventory_(inventory),
      loose_(alarms_of(settings)),
      now_s_(std::move(now_s)),
      alarms_(loose_) {}

void KeyWatch::changed() {
  const std::lock_guard lock(mutex_);
  next_look_s_ = 0;
}

std::vector<v1::Alarm> KeyWatch::alarms() const {
  const std::lock_guard lock(mutex_);
  return alarms_;
}

std::vector<Expiry> KeyWatch::expiries() const {
  const std::lock_guard lock(mutex_);
  return expiries_;
}

Result<void> KeyWatch::look() {
  const std::int64_t now_s = now_s_();
  {
    const std::lock_guard lock(mutex_);
    // A clock that was set back makes no look late.
    if (now_s < next_look_s_ && next_look_s_ - now_s <= kBetweenLooks) return {};
    next_look_s_ = now_s + kBetweenLooks;
  }
  auto all = inventory_.list();
  if (!all) return std::move(all).error();
  std::vector<v1::Alarm> alarms = loose_;
  std::vector<Expiry> expiries;
  Result<void> told;
  for (const Held& held : *all) {
    const v1::Credential& credential = held.credential;
    if (!credential.problem().empty() && held.needed)
      alarms.push_back(
          about(credential, v1::ALARM_LEVEL_RED, "credential.unusable", credential.problem()));
    if (!credential.active().has_certificate()) continue;
    const std::int64_t end_s = credential.active().certificate().not_after().unix_ms() / 1000;
    expiries.push_back({credential.name(), end_s});
    const auto step = vault::expiry_step(end_s, now_s);
    // A key that nobody signs with harms nobody.
    if (!step || credential.organisations().empty()) continue;
    alarms.push_back(ending(credential, *step));
    if (auto one = tell(held, *step); !one) told = std::move(one);
  }
  std::stable_sort(alarms.begin(), alarms.end(), [](const v1::Alarm& left, const v1::Alarm& right) {
    return left.level() > right.level();
  });
  const std::lock_guard lock(mutex_);
  alarms_ = std::move(alarms);
  expiries_ = std::move(expiries);
  return told;
}

// The note that it was told and the events are one commit.
Result<void> KeyWatch::tell(const Held& held, int step) {
  const v1::Credential& credential = held.credential;
  const std::string& fingerprint = credential.active().certificate().fingerprint();
  std::vector<store::Org> to_tell;
  auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    for (const v1::CbeNumber& org : credential.organisations()) {
      auto told = reader.cursor(org.value(), cursor_of(credential.name()));
      if (!told) return std::move(told).error();
      if (!is_told(*told, fingerprint, step)) to_tell.push_back(org.value());
    }
    return {};
  });
  if (!read || to_tell.empty()) return read;
  return store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    for (const store::Org& org : to_tell) {
      auto told = tx.cursor(org, cursor_of(credential.name()));
      if (!told) return std::move(told).error();
      auto organisation = tx.organisation(org);
      if (!organisation) return std::move(organisation).error();
      // Another gateway was first, or it is gone.
      if (is_told(*told, fingerprint, step) || !*organisation) continue;
      for (const int module : (*organisation)->enabled_modules()) {
        v1::Event event;
        event.set_type("credential.expiring");
        event.set_module(static_cast<v1::Module>(module));
        event.set_subject_id(credential.name());
        auto& expiring = *event.mutable_expiring_credential();
        expiring.set_key_name(credential.name());
        *expiring.mutable_not_after() = credential.active().certificate().not_after();
        expiring.set_days(step);
        auto sequence = tx.append_event(org, std::move(event));
        if (!sequence) return std::move(sequence).error();
      }
      if (auto kept = tx.put_cursor(org, cursor_of(credential.name()),
                                    fingerprint + ":" + std::to_string(step));
          !kept)
        return kept;
    }
    return {};
  });
}

}  // namespace semafoor::custody
