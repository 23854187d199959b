// SPDX-License-Identifier: Apache-2.0
//
// Who gets past the door. xmlsec signs here, as it verifies there: what a gateway signs with code
// of its own is judged in its tests, against the program.
#include <gmock/gmock.h>

#include "tests/sandbox/ksz/testing.h"

namespace semafoor::sandbox::ksz {
namespace {

class KszGate : public KszTest {
 protected:
  std::string request() { return soa_request("fetchMessages", "<limit>5</limit>"); }
  http::Reply with(const std::string& message) { return send(soa_call("fetchMessages", message)); }
  http::Reply with(const Signing& signing, const Identity& signer = some_identity()) {
    return with(signed_message(signer, request(), signing));
  }
  // The reason, and that it is the platform's refusal.
  static std::string refused(const http::Reply& reply) {
    EXPECT_EQ(reply.status, 500) << reply.body;
    EXPECT_EQ(reply.content_type, "text/xml; charset=utf-8");
    EXPECT_EQ(first(reply.body, "faultcode"), "soapenv:Client");
    EXPECT_EQ(first(reply.body, "faultstring"), "SOA-01001");
    EXPECT_EQ(first(reply.body, "Code"), "SOA-01001");
    for (const auto& [name, value] : reply.headers) {
      if (name == "X-Sandbox-Reason") return value;
    }
    return "";
  }
  static void admitted(const http::Reply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(first(reply.body, "value"), "DATA_FOUND");
  }
};

TEST_F(KszGate, ARegisteredCertificateIsAdmitted) {
  admitted(with(signing_at(now_)));
}

TEST_F(KszGate, ATechnicalAccountIsAdmittedAndAWrongPasswordIsNot) {
  auto plain = soa_call("fetchMessages", plain_message(request()));
  admitted(as_account(plain));
  for (const auto& header :
       {basic("ocmw-1", "wrong"), basic("nobody", "geheim: wachtwoord"), std::string("Basic ?"),
        std::string("Basic eA=="), std::string("Bearer x")}) {
    auto call = plain;
    call.headers.emplace("authorization", header);
    auto reply = send(call);
    EXPECT_EQ(reply.status, 401) << header;
    EXPECT_THAT(reply.headers,
                testing::Contains(testing::Pair("WWW-Authenticate", "Basic realm=\"sandbox\"")));
  }
}

TEST_F(KszGate, AccountAndCertificateMustBeOfOneOrganisation) {
  auto call =
      soa_call("fetchMessages", signed_message(some_identity(), request(), signing_at(now_)));
  admitted(as_account(call));
  call.headers.emplace("authorization", basic("ocmw-2", "geheim: wachtwoord"));
  EXPECT_THAT(refused(send(call)), testing::HasSubstr("different organisations"));
}

TEST_F(KszGate, TheRefusalIsAsThePlatformPublishesIt) {
  auto reply = with(plain_message(request()));
  EXPECT_THAT(refused(reply), testing::HasSubstr("neither"));
  EXPECT_THAT(reply.body, testing::HasSubstr("https://socialsecurity.be/errors/v1"));
  EXPECT_EQ(first(reply.body, "Origin"), "Consumer");
  EXPECT_EQ(first(reply.body, "Message"), "Service call not authenticated.");
}

TEST_F(KszGate, ATimestampIsOfFiveMinutesAtMostEitherWay) {
  EXPECT_THAT(refused(with(signing_at(now_ - 301, 300))), testing::HasSubstr("old"));
  EXPECT_THAT(refused(with(signing_at(now_ + 301, 300))), testing::HasSubstr("ahead"));
  EXPECT_THAT(refused(with(signing_at(now_, 301))), testing::HasSubstr("longer"));
  EXPECT_THAT(refused(with(signing_at(now_ - 100, 60))), testing::HasSubstr("expired"));
  EXPECT_THAT(refused(with(signing_at(now_, -1))), testing::HasSubstr("before"));
  auto signing = signing_at(now_);
  signing.created.pop_back();
  EXPECT_THAT(refused(with(signing)), testing::HasSubstr("zone"));
  admitted(with(signing_at(now_ + 299, 300)));
  admitted(with(signing_at(now_ - 290, 300)));
}

TEST_F(KszGate, TheServersClockJudges) {
  auto call =
      soa_call("fetchMessages", signed_message(some_identity(), request(), signing_at(now_)));
  for (std::int64_t shift : {360, -360}) {
    call.clock_shift = shift;
    refused(send(call));
  }
  call.clock_shift = 240;
  admitted(send(call));
  now_ += std::int64_t{3} * 365 * 86'400;
  EXPECT_THAT(refused(with(signing_at(now_))), testing::HasSubstr("not in force"));
}

TEST_F(KszGate, WhatIsNotSignedIsRefused) {
  for (const auto* left_out : {"X509-1", "TS-1", "Body-1"}) {
    auto signing = signing_at(now_);
    signing.parts.erase(left_out);
    EXPECT_THAT(refused(with(signing)), testing::HasSubstr("not all signed")) << left_out;
  }
}

TEST_F(KszGate, OlderAlgorithmsAreRefused) {
  auto signing = signing_at(now_);
  signing.digest_method = "http://www.w3.org/2000/09/xmldsig#sha1";
  refused(with(signing));
  signing = signing_at(now_);
  signing.signature_method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
  refused(with(signing));
  signing = signing_at(now_);
  signing.transform = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
  refused(with(signing));
}

TEST_F(KszGate, OnlyTheHolderOfTheRegisteredKeySigns) {
  EXPECT_THAT(refused(with(signing_at(now_), other_identity())),
              testing::HasSubstr("not registered"));
  auto signing = signing_at(now_);
  signing.token = &some_identity();
  EXPECT_THAT(refused(with(signing, other_identity())), testing::HasSubstr("does not verify"));
  EXPECT_TRUE(credentials_.remove("cl"));
  EXPECT_THAT(refused(with(signing_at(now_))), testing::HasSubstr("not registered"));
}

TEST_F(KszGate, WhatWasChangedAfterwardsIsRefused) {
  auto message = signed_message(some_identity(), request(), signing_at(now_));
  EXPECT_THAT(refused(with(changed(message, "<limit>5<", "<limit>6<"))),
              testing::HasSubstr("does not verify"));
  EXPECT_THAT(
      refused(with(changed(message, signing_at(now_).expires, signing_at(now_ - 1).expires))),
      testing::HasSubstr("does not verify"));
  EXPECT_THAT(refused(with(changed(message, "<ds:SignatureValue>", "<ds:SignatureValue>AAAA"))),
              testing::HasSubstr("does not verify"));
}

TEST_F(KszGate, ASignedBodySomewhereElseIsNotTheBody) {
  auto message = signed_message(some_identity(), request(), signing_at(now_));
  auto from = message.find("<soapenv:Body"), to = message.find("</soapenv:Envelope>");
  auto body = message.substr(from, to - from);
  auto forged = changed(body, "<limit>5<", "<limit>500<");
  auto wrapped = "<wrapper>" + body + "</wrapper></soapenv:Header>";
  auto with_body = [&](const std::string& now_there) {
    return changed(message.substr(0, from) + now_there + message.substr(to), "</soapenv:Header>",
                   wrapped);
  };
  EXPECT_THAT(refused(with(with_body(forged))), testing::HasSubstr("twice"));
  EXPECT_THAT(refused(with(with_body(changed(forged, "\"Body-1\"", "\"Body-2\"")))),
              testing::HasSubstr("elsewhere"));
  EXPECT_THAT(refused(with(with_body(changed(forged, "wsu:Id=\"Body-1\"", "")))),
              testing::HasSubstr("wsu:Id"));
}

TEST_F(KszGate, AnIdIsThereOnceWhateverItIsCalled) {
  auto message = signed_message(some_identity(), request(), signing_at(now_));
  for (const auto* attribute : {"Id", "ID", "id", "xml:id", "wsu:Id"}) {
    auto spoiled = changed(message, "</wsse:Security>",
                           std::string("<wsse:Nothing ") + attribute +
                               "=\"Body-1\"/>"
                               "</wsse:Security>");
    EXPECT_THAT(refused(with(spoiled)), testing::HasSubstr("twice")) << attribute;
  }
}

TEST_F(KszGate, TheHeaderIsWhatTheProfileSays) {
  auto message = signed_message(some_identity(), request(), signing_at(now_));
  auto key = "URI=\"#X509-1\" ValueType=";
  EXPECT_THAT(refused(with(changed(message, key, "URI=\"#other\" ValueType="))),
              testing::HasSubstr("KeyInfo"));
  EXPECT_THAT(refused(with(changed(message, "#X509v3\" wsu:Id", "#PKCS7\" wsu:Id"))),
              testing::HasSubstr("X509v3"));
  EXPECT_THAT(refused(with(changed(message, "</wsse:Security>",
                                   "<wsse:BinarySecurityToken/></wsse:Security>"))),
              testing::HasSubstr("one token"));
  EXPECT_THAT(refused(with(changed(
                  message, "</soapenv:Header>",
                  "<wsse:Security xmlns:wsse=\"" + std::string(kWsse) + "\"/></soapenv:Header>"))),
              testing::HasSubstr("one token"));
  EXPECT_THAT(refused(with(changed(message, "<wsu:Expires>", "<wsu:Created/><wsu:Expires>"))),
              testing::HasSubstr("one Created"));
}

TEST_F(KszGate, AnUnusableCredentialIsNotRegistered) {
  EXPECT_TRUE(credentials_.add_certificate("x", organisation_.cbe, "no certificate"));
  EXPECT_TRUE(credentials_.add_account("x", organisation_.cbe, "a:b", "c"));
  EXPECT_TRUE(credentials_.add_account("x", organisation_.cbe, "a", ""));
  EXPECT_TRUE(credentials_.add_account("x", organisation_.cbe, "ocmw-1", "taken"));
  EXPECT_EQ(credentials_.describe()["cl"]["account"], "ocmw-1");
}

}  // namespace
}  // namespace semafoor::sandbox::ksz
