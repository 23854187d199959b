// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/pairing.h"

#include <gtest/gtest.h>

#include "gateway/pairing/testing_request.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::pairing {
namespace {

constexpr std::int64_t kDay = 86'400;

class PairingTest : public testing::Test {
 protected:
  PairingTest() { open(); }
  void open() {
    auto opened = Pairing::open(shelf_, seal_, [this] { return now_s_; }, {});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    pairing_ = std::move(*opened);
  }
  Certified pair() {
    auto paired = pairing_->pair(*pairing_->offer(grant_), make_test_request().request);
    EXPECT_TRUE(paired.ok()) << paired.error().message;
    return *paired;
  }
  std::string standing(const Certified& one) {
    const auto machine = pairing_->standing(one.certificate.serial);
    return machine.ok() ? (*machine)->grant.name : machine.error().code;
  }
  Result<Certified> renew(const Certified& one) {
    return pairing_->renew(one.certificate.serial, make_test_request().request);
  }

  std::int64_t now_s_ = 1'900'000'000;
  vault::MemoryShelf shelf_;
  std::shared_ptr<const vault::SealKey> seal_ =
      std::make_shared<const vault::SealKey>(vault::SealKey::make().value());
  Grant grant_{
      .name = "kiosk", .organisations = {"0212214917"}, .modules = {"ebox"}, .roles = {"reader"}};
  std::unique_ptr<Pairing> pairing_;
};

TEST_F(PairingTest, APairedMachineIsKnownAlsoToTheGatewayOfAfterwards) {
  const Certified one = pair();
  EXPECT_EQ(standing(one), "kiosk");
  open();
  EXPECT_EQ(standing(one), "kiosk");
  const auto machine = *pairing_->standing(one.certificate.serial);
  EXPECT_EQ(machine->grant.organisations, grant_.organisations);
  EXPECT_EQ(machine->grant.modules, grant_.modules);
  EXPECT_EQ(machine->grant.roles, grant_.roles);
  EXPECT_EQ(pairing_->standing("00").error().code, "session.certificate_unknown");
}

TEST_F(PairingTest, ARefusedRequestUsesUpNoCodeAndAFullDiskPairsNobody) {
  const std::string code = *pairing_->offer(grant_);
  EXPECT_EQ(pairing_->pair(code, "").error().code, "pairing.request_unreadable");
  shelf_.full = true;
  EXPECT_EQ(pairing_->pair(code, make_test_request().request).error().code, "store.disk_full");
  EXPECT_TRUE(pairing_->list().empty());
}

TEST_F(PairingTest, ACertificateEndsAndIsRenewedFromTwoThirdsOn) {
  const Certified first = pair();
  EXPECT_EQ(renew(first).error().code, "pairing.too_early");
  now_s_ += 60 * kDay;
  const auto second = renew(first);
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(standing(first), "kiosk") << "both are good meanwhile";
  now_s_ += 30 * kDay;
  EXPECT_EQ(standing(first), "session.certificate_expired");
  EXPECT_EQ(standing(*second), "kiosk");
  EXPECT_EQ(renew(first).error().code, "session.certificate_expired");
  now_s_ += 60 * kDay - 1;
  EXPECT_EQ(standing(*second), "kiosk");
  EXPECT_TRUE(renew(*second).ok());
  EXPECT_EQ(standing(first), "session.certificate_unknown") << "what has ended is forgotten";
  EXPECT_EQ(pairing_->list().size(), 1U);
}

TEST_F(PairingTest, ACertificateWhoseSuccessorGotLostIsRenewedAgainAndNotWithoutEnd) {
  const Certified first = pair();
  now_s_ += 60 * kDay;
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(renew(first).ok());
  EXPECT_EQ(renew(first).error().code, "pairing.too_many");
  EXPECT_EQ(standing(first), "kiosk");
}

TEST_F(PairingTest, ARevokedMachineIsRefusedUnderEachOfItsCertificatesForEver) {
  const Certified first = pair();
  const Certified other = pair();
  now_s_ += 60 * kDay;
  const Certified second = *renew(first);
  ASSERT_TRUE(pairing_->revoke(second.certificate.serial).ok());
  EXPECT_EQ(standing(first), "session.revoked");
  EXPECT_EQ(standing(second), "session.revoked");
  EXPECT_EQ(renew(second).error().code, "session.revoked");
  EXPECT_EQ(standing(other), "kiosk");
  open();
  EXPECT_EQ(standing(second), "session.revoked");
  now_s_ += kDay;
  EXPECT_EQ(pairing_->revoke(first.certificate.serial)->revoked_s, now_s_ - kDay);
  EXPECT_EQ(pairing_->revoke("00").error().code, "pairing.machine_unknown");
}

}  // namespace
}  // namespace semafoor::pairing
