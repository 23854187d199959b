// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/absences.h"

#include <algorithm>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/work/kept.h"
#include "gateway/work/rule_check.h"

namespace semafoor::work {
namespace {

constexpr int kMostAbsences = 50;
constexpr int kMostStandIns = 5;
// After every date there is.
constexpr int kNever = 99'991'231;

int last_day(const v1::Absence& absence) {
  return absence.has_until() ? domain::date_number(absence.until()) : kNever;
}

bool covers(const v1::Absence& absence, int day) {
  return domain::date_number(absence.from()) <= day && day <= last_day(absence);
}

bool touch(const v1::Absence& one, const v1::Absence& other) {
  return domain::date_number(one.from()) <= last_day(other) &&
         domain::date_number(other.from()) <= last_day(one);
}

Error invalid(const std::string& field, const std::string& what) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "work.absence_invalid",
               .message = "Storing an absence: " + what + " Nothing was changed.",
               .field = field};
}

Result<void> check(const v1::Actor& actor, const v1::Absence& wanted) {
  if (auto wrong = wrong_with_actor(actor); !wrong.empty()) return invalid("actor", wrong);
  if (!domain::is_valid_date(wanted.from()))
    return invalid("absence.from", "Its first day is no date of the calendar.");
  if (wanted.has_until() && !domain::is_valid_date(wanted.until()))
    return invalid("absence.until", "Its last day is no date of the calendar.");
  if (last_day(wanted) < domain::date_number(wanted.from()))
    return invalid("absence.until", "Its last day comes before its first.");
  if (!wanted.has_stand_in()) return {};
  if (auto wrong = wrong_with_actor(wanted.stand_in()); !wrong.empty())
    return invalid("absence.standIn", wrong);
  if (wanted.stand_in().id() == actor.id())
    return invalid("absence.standIn", "Nobody stands in for themselves.");
  return {};
}

}  // namespace

Result<v1::Absences> with_absence(const v1::Absences& known, const v1::Actor& actor,
                                  const v1::Absence& wanted, bool present) {
  if (auto fine = check(actor, wanted); !fine) return fine.error();
  v1::Absences absences;
  *absences.mutable_actor() = actor;
  for (const v1::Absence& one : known.absences())
    if (!touch(one, wanted)) *absences.add_absences() = one;
  if (!present) *absences.add_absences() = wanted;
  if (absences.absences_size() > kMostAbsences)
    return invalid("absence", "There are more than 50 of this person.");
  std::sort(absences.mutable_absences()->begin(), absences.mutable_absences()->end(),
            [](const v1::Absence& one, const v1::Absence& other) {
              return domain::date_number(one.from()) < domain::date_number(other.from());
            });
  return absences;
}

Result<std::optional<v1::Absence>> absence_on(store::Reader& reader, const store::Org& org,
                                              const std::string& actor_id, const v1::Date& day) {
  auto known = kept<v1::Absences>(reader, org, kAbsenceEntry, actor_id);
  if (!known) return known.error();
  if (!*known) return std::optional<v1::Absence>();
  for (const v1::Absence& one : (*known)->absences())
    if (covers(one, domain::date_number(day))) return std::optional<v1::Absence>(one);
  return std::optional<v1::Absence>();
}

Result<std::optional<v1::Actor>> there_for(store::Reader& reader, const store::Org& org,
                                           const v1::Actor& person, const v1::Date& day) {
  v1::Actor at = person;
  for (int i = 0; i <= kMostStandIns; ++i) {
    auto absence = absence_on(reader, org, at.id(), day);
    if (!absence) return absence.error();
    if (!*absence) return std::optional<v1::Actor>(std::move(at));
    if (!(*absence)->has_stand_in()) break;
    at = (*absence)->stand_in();
  }
  return std::optional<v1::Actor>();
}

Result<std::vector<v1::Absences>> absences_from(store::Reader& reader, const store::Org& org,
                                                const v1::Date& day) {
  auto all = all_kept<v1::Absences>(reader, org, kAbsenceEntry);
  if (!all) return all;
  const auto is_over = [&](const v1::Absence& one) {
    return last_day(one) < domain::date_number(day);
  };
  for (v1::Absences& known : *all) {
    auto& absences = *known.mutable_absences();
    absences.erase(std::remove_if(absences.begin(), absences.end(), is_over), absences.end());
  }
  std::erase_if(*all, [](const v1::Absences& known) { return known.absences().empty(); });
  return all;
}

}  // namespace semafoor::work
