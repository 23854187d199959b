// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/domain/masking.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/domain/ssin.h"
#include "gateway/domain/text.h"
#include "gateway/domain/uuid.h"

namespace semafoor::domain {
namespace {

TEST(Ssin, NumbersOfBothCenturiesAndBisNumbersAreValid) {
  EXPECT_TRUE(is_valid_ssin("85073003328"));
  EXPECT_TRUE(is_valid_ssin("17073003384"));
  EXPECT_TRUE(is_valid_ssin("53480200724"));
}

TEST(Ssin, AWrongCheckNumberMonthOrLengthIsRefused) {
  EXPECT_FALSE(is_valid_ssin("85073003329"));
  EXPECT_FALSE(is_valid_ssin("85133003328"));
  EXPECT_FALSE(is_valid_ssin("8507300332"));
  EXPECT_FALSE(is_valid_ssin("85.07.30-033.28"));
  EXPECT_FALSE(is_valid_ssin(""));
}

TEST(CbeNumber, KnownNumbersAreValidAndALostZeroIsMended) {
  EXPECT_TRUE(is_valid_cbe("0212344876"));
  EXPECT_TRUE(is_valid_cbe("0212214917"));
  EXPECT_FALSE(is_valid_cbe("0212344877"));
  EXPECT_FALSE(is_valid_cbe("2212344876"));
  EXPECT_EQ(CbeNumber::parse("212344876")->value(), "0212344876");
  EXPECT_EQ(CbeNumber::parse("0212.344.876")->value(), "0212344876");
  EXPECT_FALSE(CbeNumber::parse("abc"));
  EXPECT_EQ(padded_cbe("212344876"), "0212344876");
  for (const char* kept : {"0212344876", "212344877", "12344876", "", "abc", "1000000000000"})
    EXPECT_EQ(padded_cbe(kept), kept);
}

TEST(DossierNumber, PunctuationCaseAndLeadingZerosDoNotCount) {
  EXPECT_EQ(normalised_dossier("00-12/ab.3"), "12AB3");
  EXPECT_EQ(normalised_dossier("12AB3"), "12AB3");
  EXPECT_EQ(normalised_dossier("0100"), "100");
  EXPECT_EQ(normalised_dossier("-.-"), "");
}

TEST(Date, WritesWhatItReadsAndRefusesWhatIsNoDay) {
  EXPECT_EQ(write_date(*parse_date("2024-02-29")), "2024-02-29");
  EXPECT_FALSE(parse_date("2023-02-29"));
  EXPECT_FALSE(parse_date("2023-2-9"));
  EXPECT_FALSE(parse_date("2023-13-01"));
  EXPECT_EQ(date_number(*parse_date("2026-11-02")), 20261102);
  EXPECT_EQ(write_date(date_of_number(20261102)), "2026-11-02");
  EXPECT_EQ(date_number(v1::Date()), 0);
}

TEST(Date, AMonthEndsOnItsLastDay) {
  EXPECT_EQ(last_day_of_month(2026, 1), 31);
  EXPECT_EQ(last_day_of_month(2026, 11), 30);
  EXPECT_EQ(last_day_of_month(2026, 2), 28);
  EXPECT_EQ(last_day_of_month(2028, 2), 29);
  EXPECT_EQ(last_day_of_month(2100, 2), 28) << "no leap year";
}

TEST(Moment, OffsetsAreTakenIntoAccount) {
  EXPECT_EQ(parse_moment("1970-01-01T00:00:01Z"), 1000);
  EXPECT_EQ(parse_moment("1970-01-01T02:00:00+02:00"), 0);
  EXPECT_EQ(parse_moment("1970-01-01T00:00:00.250Z"), 250);
  EXPECT_FALSE(parse_moment("1970-01-01T00:00:00"));
  EXPECT_FALSE(parse_moment("1970-01-01"));
  EXPECT_FALSE(parse_moment("1970-01-01T24:00:00Z"));
}

TEST(BelgianTime, ADayBeginsOneOrTwoHoursBeforeMidnightUtc) {
  // 2026-01-15T00:00+01:00 and 2026-07-15T00:00+02:00.
  EXPECT_EQ(belgian_midnight_ms(20260115), 1'768'431'600'000);
  EXPECT_EQ(belgian_midnight_ms(20260715), 1'784'066'400'000);
  // The days of the change begin before it: 29 March in winter time, 25 October in summer time.
  EXPECT_EQ(belgian_midnight_ms(20260330) - belgian_midnight_ms(20260329), 23LL * 3'600'000);
  EXPECT_EQ(belgian_midnight_ms(20261026) - belgian_midnight_ms(20261025), 25LL * 3'600'000);
  EXPECT_EQ(next_day(20261231), 20270101);
  EXPECT_EQ(next_day(20240228), 20240229);
}

TEST(BelgianTime, AMomentIsOfTheDayThatBeganThere) {
  for (const int day : {20260115, 20260329, 20260330, 20260715, 20261025, 20261026}) {
    const auto begin = belgian_midnight_ms(day);
    EXPECT_EQ(date_number(belgian_day(begin)), day);
    EXPECT_NE(date_number(belgian_day(begin - 1)), day);
    EXPECT_EQ(belgian_time(begin).hour, 0);
  }
}

TEST(Masking, AnIdentifierOfOursIsNobodysNumber) {
  // Eleven digits with single hyphens between them, by chance.
  constexpr char kId[] = "a190b6f0-7123-4567-890a-bbccddeeffaa";
  EXPECT_EQ(mask_national_numbers(kId), kId);
  EXPECT_EQ(mask_national_numbers(std::string("reviewed ") + kId + " of 85073003328"),
            std::string("reviewed ") + kId + " of xxxxxxxxxxx");
  const std::string row = "row 12 12345678-1abc-4def-8901-23456789abcd";
  EXPECT_EQ(mask_national_numbers(row), row);
  // Only whole: what goes on is none of ours.
  EXPECT_EQ(mask_national_numbers(std::string(kId) + "0"), "a190b6f0-xxxx-xxxx-xxxa-bbccddeeffaa0");
}

TEST(Masking, HidesNationalNumbersHoweverWritten) {
  EXPECT_EQ(mask_national_numbers("person 85073003328."), "person xxxxxxxxxxx.");
  EXPECT_EQ(mask_national_numbers("85.07.30-033.28 ok"), "xx.xx.xx-xxx.xx ok");
  EXPECT_EQ(mask_national_numbers("organisation 0212344876"), "organisation 0212344876");
  EXPECT_EQ(mask_national_numbers("7 85073003328"), "7 xxxxxxxxxxx");
  EXPECT_EQ(mask_national_numbers("at 1764000000000 ms"), "at 1764000000000 ms");
}

v1::Signal signal(const std::string& dossier) {
  v1::Signal one;
  one.mutable_person()->set_value("85073003328");
  one.set_law(v1::LAW_RMI);
  one.set_dossier_number(dossier);
  one.set_signal_type("X-WORK-DIMONA");
  *one.mutable_reference_period()->mutable_from() = *parse_date("2026-09-01");
  *one.mutable_reference_period()->mutable_to() = *parse_date("2026-09-30");
  return one;
}

TEST(SignalIdentity, SameSignalOnListAndMutationIsOneSignal) {
  v1::Signal on_list = signal("00-12.ab");
  on_list.add_channels(v1::SIGNAL_CHANNEL_MONTHLY_LIST);
  v1::Signal as_mutation = signal("12AB");
  as_mutation.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
  EXPECT_EQ(signal_key(on_list), signal_key(as_mutation));
}

TEST(SignalIdentity, AnotherPeriodTypeOrSuffixIsAnotherSignal) {
  const v1::Signal one = signal("12");
  v1::Signal other = one;
  other.mutable_reference_period()->mutable_to()->set_day(29);
  EXPECT_NE(signal_key(one), signal_key(other));
  other = one;
  other.set_signal_type("X-PENSION");
  EXPECT_NE(signal_key(one), signal_key(other));
  other = one;
  other.set_suffix("01");
  EXPECT_EQ(signal_key(one), signal_key(other)) << "only the law of 1965 has suffixes";
  other.set_law(v1::LAW_1965);
  v1::Signal main_beneficiary = other;
  main_beneficiary.set_suffix("00");
  EXPECT_NE(signal_key(other), signal_key(main_beneficiary));
}

TEST(SignalIdentity, ARecordThatAnotherOneStandsForHasNoPartInTheSignal) {
  v1::Signal signal;
  signal.set_signal_id("s1");
  signal.mutable_person()->set_value("85073003328");
  const std::string natural = signal_key(signal);
  EXPECT_FALSE(is_united(signal));
  signal.mutable_supersession()->set_form_reference("C-1");
  EXPECT_EQ(signal_key(signal), natural) << "a later form says nothing of the identity";
  signal.mutable_supersession()->set_signal_id("s2");
  EXPECT_TRUE(is_united(signal));
  EXPECT_NE(signal_key(signal), natural);
  signal.mutable_supersession()->mutable_since()->set_year(2027);
  EXPECT_FALSE(is_united(signal)) << "it moved to another organisation on a day";
  EXPECT_EQ(signal_key(signal), natural);
}

TEST(Words, CaseAndAccentsDoNotMatter) {
  EXPECT_EQ(words_of("État mensuel, ÉTAT!"), (std::vector<std::string>{"etat", "mensuel"}));
  EXPECT_EQ(words_of("Straße cœur"), (std::vector<std::string>{"strasse", "coeur"}));
  EXPECT_TRUE(words_of("--- ").empty());
  EXPECT_TRUE(words_of("\xff\xc3").empty()) << "broken UTF-8 is no crash";
}

TEST(Uuid, SortsByTimeAndIsRecognised) {
  const std::string earlier = uuid_v7(1'000);
  const std::string later = uuid_v7(2'000);
  EXPECT_LT(earlier, later);
  EXPECT_TRUE(is_uuid(earlier));
  EXPECT_EQ(earlier[14], '7');
  EXPECT_EQ(uuid_v4()[14], '4');
  EXPECT_NE(uuid_v4(), uuid_v4());
  EXPECT_FALSE(is_uuid("0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3"));
  EXPECT_FALSE(is_uuid("0190b6f0x7c1e-7d3a-8a52-6c9a4f1e2b3d"));
}

TEST(Utf8, OnlyCharactersAreText) {
  for (const char* good :
       {"", "abc", "ren\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad :
       {"caf\xe9", "\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "a\xff"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
  EXPECT_EQ(as_utf8("Ren\xe9"
                    "e"),
            "Ren\xef\xbf\xbd"
            "e");
  EXPECT_TRUE(is_utf8(as_utf8("\xff\xe2\x82\x80\xe2")));
}

}  // namespace
}  // namespace semafoor::domain
