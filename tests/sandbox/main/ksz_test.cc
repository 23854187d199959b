// SPDX-License-Identifier: Apache-2.0
//
// The KSZ's services over real sockets, set up and disturbed by the control API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include "tests/sandbox/main/sandbox.h"
#include "tests/sandbox/oauth/certificate.h"
#include "tests/sandbox/oauth/keys.h"

namespace semafoor::sandbox {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kSoa[] = "/ksz/soa/v1/exchange";
constexpr char kSsdn[] = "/ksz/ssdn/connector";

class KszServer : public testing::Test {
 protected:
  KszServer() : sandbox_(Options{}) {
    cbe_ = sandbox_.describe()["organisations"][0]["cbe"];
    sandbox_.start();
    control("POST", "/clients",
            {{"clientId", "cl-1"},
             {"organisation", cbe_},
             {"account", {{"user", "ocmw"}, {"password", "geheim"}}}});
  }

  json control(const std::string& method, const std::string& path, const json& body,
               int status = 0) {
    httplib::Client client(sandbox_.base());
    auto text = body.dump();
    auto where = "/control/v1" + path;
    auto answer = method == "PUT"    ? client.Put(where.c_str(), text, "application/json")
                  : method == "POST" ? client.Post(where.c_str(), text, "application/json")
                                     : client.Get(where.c_str());
    EXPECT_TRUE(answer);
    if (status == 0) {
      EXPECT_LT(answer->status, 300) << answer->body;
    } else {
      EXPECT_EQ(answer->status, status) << answer->body;
    }
    return json::parse(answer->body, nullptr, false);
  }
  void disturb(json fault) {
    fault["times"] = 1;
    control("POST", "/faults", fault);
  }
  httplib::Result soa(const std::string& operation, const std::string& members) {
    const std::string space = "urn:x-semafoor:podmi:soa:1";
    auto body =
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><x:" + operation +
        "Request xmlns:x='" + space + "'><informationCustomer><customerIdentification><cbeNumber>" +
        cbe_ +
        "</cbeNumber></customerIdentification></informationCustomer><legalContext>X"
        "</legalContext>" +
        members + "</x:" + operation + "Request></e:Body></e:Envelope>";
    return post(kSoa, space + "/" + operation, body);
  }
  httplib::Result post(const char* path, const std::string& action, const std::string& body) {
    httplib::Client client(sandbox_.base());
    client.set_basic_auth("ocmw", "geheim");
    return client.Post(path, {{"SOAPAction", '"' + action + '"'}}, body, "text/xml");
  }
  std::size_t signals_in(const std::string& body) {
    std::size_t count = 0;
    for (auto at = body.find("<signal>"); at != std::string::npos;
         at = body.find("<signal>", at + 1))
      ++count;
    return count;
  }
  json totals() { return control("GET", "/ledger/summary", nullptr)["totals"]; }

  Sandbox sandbox_;
  std::string cbe_;
};

TEST_F(KszServer, OneMailboxUnderThreeWires) {
  auto answer = soa("fetchMessages", "<limit>500</limit>");
  ASSERT_EQ(answer->status, 200) << answer->body;
  EXPECT_EQ(
      signals_in(answer->body),
      control("GET", "/expected", nullptr)["counts"][cbe_]["mailboxEvents"].get<std::size_t>());
  EXPECT_EQ(totals()["signalsDelivered"], 12);
  EXPECT_THAT(sandbox_.describe()["soa"].get<std::string>(), HasSubstr(kSoa));
  EXPECT_THAT(sandbox_.describe()["ssdn"].get<std::string>(), HasSubstr(kSsdn));
}

TEST_F(KszServer, WhatWasHandedOutIsGoneAlsoWhenTheConnectionBreaks) {
  auto settings = control("PUT", "/settings", {{"fetchManner", "removed"}});
  EXPECT_EQ(settings["fetchManner"], "removed");
  disturb({{"kind", "truncate"}, {"path", kSoa}});
  EXPECT_FALSE(soa("fetchMessages", "<limit>500</limit>")) << "fewer bytes than announced";
  EXPECT_THAT(soa("fetchMessages", "<limit>500</limit>")->body, HasSubstr("NO_DATA_FOUND"));
  EXPECT_EQ(totals()["signalsHandedOut"], 12);
  EXPECT_EQ(totals()["signalsDelivered"], 0);
}

TEST_F(KszServer, WhatDidNotBeginTookNothing) {
  control("PUT", "/settings", {{"fetchManner", "removed"}});
  disturb({{"kind", "reset-before"}, {"path", kSoa}});
  EXPECT_FALSE(soa("fetchMessages", "<limit>500</limit>"));
  EXPECT_THAT(soa("fetchMessages", "<limit>500</limit>")->body, HasSubstr("DATA_FOUND"));
}

TEST_F(KszServer, FaultsAreAimedAtTheOrganisationOfTheAccount) {
  disturb({{"kind", "supplier-away"}, {"organisation", cbe_}});
  auto away = soa("fetchMessages", "<limit>1</limit>");
  EXPECT_EQ(away->status, 500);
  EXPECT_THAT(away->body, HasSubstr("MSG00002"));
  disturb({{"kind", "account-expired"}, {"organisation", cbe_}});
  auto expired = soa("fetchMessages", "<limit>1</limit>");
  EXPECT_EQ(expired->status, 401);
  EXPECT_THAT(expired->get_header_value("WWW-Authenticate"), HasSubstr("Basic"));
  EXPECT_EQ(expired->get_header_value_count("WWW-Authenticate"), 1U);
  disturb({{"kind", "status"}, {"status", 503}, {"retryAfter", 2}, {"path", "/ksz/*"}});
  auto busy = soa("fetchMessages", "<limit>1</limit>");
  EXPECT_EQ(busy->status, 503);
  EXPECT_EQ(busy->get_header_value("Retry-After"), "2");
  EXPECT_THAT(busy->body, HasSubstr("soapenv:Server"));
  disturb({{"kind", "malformed"}, {"path", kSoa}});
  auto half = soa("fetchMessages", "<limit>1</limit>");
  EXPECT_EQ(half->status, 200);
  EXPECT_THAT(half->get_header_value("Content-Type"), HasSubstr("text/xml"));
  EXPECT_EQ(soa("fetchMessages", "<limit>1</limit>")->status, 200);
}

TEST_F(KszServer, TheJsonWireHasTheSameFaults) {
  httplib::Client client(sandbox_.base());
  disturb({{"kind", "supplier-away"}, {"path", "/podmi/*"}});
  EXPECT_EQ(client.Get("/podmi/v1/messages")->status, 503);
  disturb({{"kind", "account-expired"}, {"path", "/podmi/*"}});
  EXPECT_EQ(client.Get("/podmi/v1/messages")->status, 401);
}

TEST_F(KszServer, SsdnSaysThatItsSourceIsAway) {
  disturb({{"kind", "supplier-away"}, {"path", kSsdn}});
  auto away = post(kSsdn, "", "<a/>");
  EXPECT_EQ(away->status, 200);
  EXPECT_THAT(away->body, HasSubstr("MSG00002"));
}

TEST_F(KszServer, APersonGetsAnotherNumber) {
  auto signal = control("GET", "/persons", nullptr)["organisations"][0]["persons"][0]["ssin"];
  auto by = control("POST", "/persons/replace", {{"organisation", cbe_}, {"ssin", signal}})["ssin"]
                .get<std::string>();
  auto body = soa("fetchMessages", "<limit>500</limit>")->body;
  EXPECT_THAT(body, HasSubstr("<ssin>" + by + "</ssin><replacesSsin>" + signal.get<std::string>()));
  auto again = control("POST", "/persons/replace", {{"organisation", cbe_}, {"ssin", by}})["ssin"];
  EXPECT_NE(again, by);
  EXPECT_NE(again, signal) << "an old number is not given out again";
  control("POST", "/persons/replace", {{"organisation", cbe_}, {"ssin", signal}}, 400);
  control("POST", "/persons/replace", {{"organisation", "0100000000"}, {"ssin", signal}}, 400);
  control("POST", "/persons/replace", {{"organisation", cbe_}, {"ssin", "17"}}, 400);
  control("POST", "/persons/integration", {{"organisation", cbe_}, {"ssin", by}}, 400);
  control("POST", "/persons/move", {{"organisation", cbe_}, {"ssin", by}}, 404);
  // Its dossier is still its own.
  for (const auto& one : control("GET", "/expected?organisation=" + cbe_, nullptr)["signals"]) {
    if (one["signalReference"] == "KN990010000001") {
      EXPECT_TRUE(one["withDossier"]);
    }
  }
}

TEST_F(KszServer, WithoutIntegrationAnAnswerIsRefused) {
  auto ssin = control("GET", "/persons", nullptr)["organisations"][0]["persons"][0]["ssin"];
  auto reference =
      control("GET", "/expected?organisation=" + cbe_, nullptr)["signals"][0]["signalReference"]
          .get<std::string>();
  auto answer = "<feedback><uniqueId>u-1</uniqueId><signalReference>" + reference +
                "</signalReference><feedbackCode>X-COUNTED</feedbackCode></feedback>";
  json wish{{"organisation", cbe_}, {"ssin", ssin}, {"integrated", false}};
  control("POST", "/persons/integration", wish);
  EXPECT_THAT(soa("sendFeedback", answer)->body, HasSubstr("<value>NOK</value><code>MSG00012"));
  EXPECT_EQ(totals()["feedbackEffects"], 0);
  wish["integrated"] = true;
  control("POST", "/persons/integration", wish);
  EXPECT_THAT(soa("sendFeedback", answer)->body, HasSubstr("<value>OK</value>"));
}

TEST_F(KszServer, WrongSettingsAreRefusedAndChangeNothing) {
  control("PUT", "/settings", {{"fetchManner", "pushed"}}, 400);
  control("PUT", "/settings", {{"judgement", "sometimes"}, {"fetchManner", "cursor"}}, 400);
  control("PUT", "/settings", {{"judgement", 1}}, 400);
  auto settings = control("GET", "/settings", nullptr);
  EXPECT_EQ(settings["fetchManner"], "acknowledged");
  EXPECT_EQ(settings["judgement"], "later");
}

TEST_F(KszServer, AHoleIsMadeOnRequest) {
  control("POST", "/signals", {{"organisation", cbe_}, {"count", 2}, {"hole", true}});
  auto body = soa("fetchMessages", "<limit>500</limit>")->body;
  std::set<int> numbers;
  for (auto at = body.find("<sequence>"); at != std::string::npos;
       at = body.find("<sequence>", at + 1))
    numbers.insert(std::stoi(body.substr(at + 10)));
  EXPECT_EQ(static_cast<std::size_t>(*numbers.rbegin()), numbers.size() + 1);
}

TEST_F(KszServer, ClientsHaveKeyCertificateAndAccount) {
  auto keys = oauth::make_rsa_key_pair();
  json client{{"clientId", "cl-9"},
              {"organisation", cbe_},
              {"publicKeyPem", keys.public_pem},
              {"certificatePem", oauth::make_self_signed(keys.private_pem, "cl-9")},
              {"account", {{"user", "u"}, {"password", "p"}}}};
  control("POST", "/clients", client);
  auto listed = control("GET", "/clients", nullptr)["clients"];
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[1]["clientId"], "cl-9");
  EXPECT_TRUE(listed[1]["certificate"]);
  EXPECT_EQ(listed[1]["account"], "u");
  EXPECT_TRUE(listed[1].contains("scopes"));
  control("POST", "/clients", {{"clientId", "x"}, {"organisation", cbe_}}, 400);
  control("POST", "/clients", {{"clientId", "x"}, {"organisation", cbe_}, {"account", 1}}, 400);
  control("POST", "/clients",
          {{"clientId", "x"}, {"organisation", cbe_}, {"certificatePem", keys.public_pem}}, 400);
  httplib::Client http(sandbox_.base());
  EXPECT_EQ(http.Delete("/control/v1/clients/cl-9")->status, 204);
  EXPECT_EQ(http.Delete("/control/v1/clients/cl-9")->status, 404);
  // The command line's --client takes a certificate as well.
  EXPECT_FALSE(sandbox_.add_client("cl-9", cbe_, client["certificatePem"]));
  EXPECT_TRUE(control("GET", "/clients", nullptr)["clients"][1]["certificate"]);
}

}  // namespace
}  // namespace semafoor::sandbox
