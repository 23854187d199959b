// SPDX-License-Identifier: Apache-2.0
//
// Over real sockets: what only shows there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <future>
#include <thread>

#include "tests/sandbox/content/random.h"
#include "tests/sandbox/main/sandbox.h"
#include "tests/sandbox/oauth/assertion_for_tests.h"

namespace semafoor::sandbox {
namespace {

using nlohmann::json;

const oauth::KeyPair& keys() {
  static const auto* kKeys = new oauth::KeyPair(oauth::make_p256_key_pair());
  return *kKeys;
}

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override { serve({}); }

  void serve(Options options) {
    sandbox_ = std::make_unique<Sandbox>(options);
    description_ = sandbox_->describe();
    cbe_ = description_["organisations"][0]["cbe"];
    ASSERT_FALSE(sandbox_->add_client("cl-1", cbe_, keys().public_pem));
    sandbox_->start();
    client_ = std::make_unique<httplib::Client>(sandbox_->base());
    client_->set_keep_alive(true);
    client_->set_read_timeout(20);
    token_ = ask_token();
  }

  std::string assertion() {
    auto now = std::chrono::duration_cast<std::chrono::seconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count();
    return oauth::assertion(keys().private_pem, {{"alg", "ES256"}},
                            {{"iss", "cl-1"},
                             {"sub", "cl-1"},
                             {"aud", description_["tokenEndpoint"]},
                             {"exp", now + 100},
                             {"jti", content::fresh_uuid()}},
                            true);
  }
  httplib::Result post_token() {
    return client_->Post("/oauth/v5/token", oauth::token_form(assertion()),
                         "application/x-www-form-urlencoded");
  }
  std::string ask_token() {
    auto answer = post_token();
    EXPECT_TRUE(answer) << to_string(answer.error());
    return json::parse(answer->body).value("access_token", "");
  }
  httplib::Headers headers() { return {{"Authorization", "Bearer " + token_}}; }
  httplib::Result get(const std::string& path) { return client_->Get(path.c_str(), headers()); }
  json ebox(const std::string& path) {
    auto answer = get("/ebox/messageRegistry/v2" + path);
    EXPECT_TRUE(answer) << to_string(answer.error());
    return answer ? json::parse(answer->body) : json();
  }
  json control(const std::string& path) {
    httplib::Client own(sandbox_->base());
    return json::parse(own.Get(("/control/v1" + path).c_str())->body);
  }
  // A fault hits once, unless the test says otherwise.
  std::string order(const std::string& path, json body) {
    if (path == "/faults" && !body.contains("times")) body["times"] = 1;
    httplib::Client own(sandbox_->base());
    auto answer = own.Post(("/control/v1" + path).c_str(), body.dump(), "application/json");
    EXPECT_TRUE(answer && answer->status < 300) << answer->body;
    auto parsed = json::parse(answer->body, nullptr, false);
    return parsed.is_object() ? parsed.value("id", "") : "";
  }
  void clear_faults() {
    httplib::Client own(sandbox_->base());
    EXPECT_EQ(own.Delete("/control/v1/faults")->status, 204);
  }
  // The path of a main content, with its expected entry.
  std::pair<std::string, json> some_content() {
    auto message = control("/expected")["messages"][0];
    auto attachment = message["attachments"][0];
    return {"/ebox/messageRegistry/v2/ebox/messages/" + message["messageId"].get<std::string>() +
                "/attachments/" + attachment["attachmentId"].get<std::string>() + "/content",
            attachment};
  }
  json ledger_of(const json& attachment) {
    auto ledger = control("/ledger");
    for (const auto& one : ledger["organisations"][cbe_]["attachments"]) {
      if (one["attachmentId"] == attachment["attachmentId"]) return one;
    }
    return nullptr;
  }
  json feedback() {
    auto reference = control("/expected")["signals"][0]["signalReference"];
    return {{"specversion", "1.0"},
            {"id", "id-1"},
            {"source", "urn:cbe:" + cbe_},
            {"type", "x-podmi-knipperlicht.v1.feedback.create"},
            {"service", "x-podmi-knipperlicht.v1"},
            {"data",
             {{"schema", "X-feedback/1"},
              {"clientReference", "short"},
              {"signalReference", reference},
              {"feedbackCode", "X-COUNTED"},
              {"agent", "agent-1"}}}};
  }
  httplib::Result post_feedback() {
    return client_->Post("/podmi/v1/messages", headers(), feedback().dump(),
                         "application/cloudevents+json");
  }

  std::unique_ptr<Sandbox> sandbox_;
  std::unique_ptr<httplib::Client> client_;
  json description_;
  std::string cbe_;
  std::string token_;
};

TEST_F(SandboxTest, ACompleteSynchronisationMatchesWhatIsExpected) {
  auto expected = control("/expected?organisation=" + cbe_);
  std::map<std::string, std::string> wanted;
  for (const auto& message : expected["messages"]) {
    for (const auto& attachment : message["attachments"]) {
      wanted[attachment["attachmentId"]] = attachment["sha256"];
    }
  }
  auto list = ebox("/ebox/messages?pageSize=100");
  EXPECT_EQ(list["totalItems"], expected["counts"][cbe_]["messages"]);
  for (const auto& message : list["items"]) {
    for (const auto& attachment : message["attachments"]["items"]) {
      auto href = attachment["contentHref"].get<std::string>();
      ASSERT_TRUE(href.starts_with(sandbox_->base()));
      auto answer = get(href.substr(sandbox_->base().size()));
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->get_header_value("Content-Type"), "application/octet-stream");
      EXPECT_EQ(content::to_hex(content::sha256(answer->body)), wanted[attachment["attachmentId"]]);
      EXPECT_DOUBLE_EQ(attachment["size"].get<double>() * 1024.0,
                       static_cast<double>(answer->body.size()));
    }
  }
  auto totals = control("/ledger/summary")["totals"];
  EXPECT_EQ(totals["messagesListed"], expected["counts"][cbe_]["messages"]);
  EXPECT_EQ(totals["attachmentsDownloaded"], wanted.size());
  EXPECT_EQ(totals["attachmentBytes"], expected["counts"][cbe_]["attachmentBytes"]);
  EXPECT_EQ(totals["messagesMarkedRead"], expected["counts"][cbe_]["messages"]);
  EXPECT_EQ(totals["downloadsBroken"], 0);
}

TEST_F(SandboxTest, TraceIdsAreAnsweredAndRepeated) {
  auto with = headers();
  with.emplace("BelGov-Trace-Id", "trace-1");
  auto answer = client_->Get("/ebox/messageRegistry/v2/ebox", with);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->get_header_value("BelGov-Related-Trace-Id"), "trace-1");
  EXPECT_EQ(answer->get_header_value("BelGov-Trace-Id").size(), 36U);
  EXPECT_NE(answer->get_header_value("BelGov-Trace-Id"), "trace-1");
}

TEST_F(SandboxTest, StatusFaultsHaveTheShapeOfTheirApi) {
  for (int status : {401, 403, 404, 409, 429, 500, 503}) {
    order("/faults", {{"kind", "status"}, {"status", status}, {"retryAfterSeconds", 7}});
    auto ebox = get("/ebox/messageRegistry/v2/ebox/messages");
    ASSERT_TRUE(ebox);
    EXPECT_EQ(ebox->status, status);
    EXPECT_EQ(ebox->get_header_value("Retry-After"), "7");
    EXPECT_TRUE(json::parse(ebox->body)["code"].is_string());

    order("/faults", {{"kind", "status"}, {"status", status}, {"path", "/podmi/*"}});
    auto podmi = get("/podmi/v1/messages");
    ASSERT_TRUE(podmi);
    EXPECT_EQ(podmi->status, status);
    EXPECT_EQ(podmi->get_header_value("Content-Type"), "application/problem+json");
    EXPECT_EQ(json::parse(podmi->body)["status"], status);
    EXPECT_FALSE(podmi->has_header("Retry-After"));

    order("/faults", {{"kind", "status"}, {"status", status}, {"organisation", cbe_}});
    auto token = post_token();
    ASSERT_TRUE(token);
    EXPECT_EQ(token->status, status);
    EXPECT_TRUE(json::parse(token->body)["error"].is_string());
  }
  EXPECT_EQ(get("/ebox/messageRegistry/v2/ebox")->status, 200) << "each fault was used up";
}

TEST_F(SandboxTest, MalformedJsonIsCutButArrivesWhole) {
  order("/faults", {{"kind", "malformed_json"}, {"path", "*/ebox/messages"}});
  auto answer = get("/ebox/messageRegistry/v2/ebox/messages");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(json::parse(answer->body, nullptr, false).is_discarded());
  EXPECT_EQ(control("/ledger/summary")["totals"]["messagesListed"], 0);
}

TEST_F(SandboxTest, AWrongDigestIsAnnouncedOrTheContentChanged) {
  auto [path, attachment] = some_content();
  order("/faults", {{"kind", "wrong_digest"}, {"path", path}});
  auto answer = get(path);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), attachment["size"]);
  EXPECT_NE(content::to_hex(content::sha256(answer->body)), attachment["sha256"]);
  EXPECT_EQ(ledger_of(attachment)["corrupted"], 1);
  EXPECT_EQ(ledger_of(attachment)["completed"], 0);

  auto before = ebox("/ebox/messages?pageSize=100");
  order("/faults", {{"kind", "wrong_digest"}, {"path", "*/ebox/messages"}});
  auto after = ebox("/ebox/messages?pageSize=100");
  int changed = 0;
  for (std::size_t i = 0; i < before["items"].size(); ++i) {
    for (const auto& one : after["items"][i]["attachments"]["items"]) {
      changed += one.contains("digest") ? 1 : 0;
    }
    EXPECT_EQ(before["items"][i]["messageId"], after["items"][i]["messageId"]);
  }
  EXPECT_GT(changed, 0);
  EXPECT_NE(before, after);
}

TEST_F(SandboxTest, ATruncatedBodyEndsBeforeItsLength) {
  auto [path, attachment] = some_content();
  for (int after : {0, 10}) {
    order("/faults", {{"kind", "truncated_body"}, {"path", "*/content"}, {"afterBytes", after}});
    std::string got;
    std::string announced;
    auto answer = client_->Get(
        path.c_str(), headers(),
        [&](const httplib::Response& response) {
          announced = response.get_header_value("Content-Length");
          return true;
        },
        [&](const char* data, std::size_t size) {
          got.append(data, size);
          return true;
        });
    EXPECT_FALSE(answer);
    EXPECT_EQ(announced, std::to_string(attachment["size"].get<std::uint64_t>()));
    EXPECT_EQ(got.size(), static_cast<std::size_t>(after));
  }
  EXPECT_EQ(ledger_of(attachment)["interrupted"], 2);
  EXPECT_EQ(ledger_of(attachment)["completed"], 0);
  EXPECT_EQ(get(path)->body.size(), attachment["size"]);
  EXPECT_EQ(ledger_of(attachment)["completed"], 1);

  order("/faults", {{"kind", "truncated_body"}, {"path", "*/ebox/messages"}});
  EXPECT_FALSE(get("/ebox/messageRegistry/v2/ebox/messages"));
}

TEST_F(SandboxTest, AResetHappensBeforeOrAfterTheEffect) {
  order("/faults", {{"kind", "reset"}, {"method", "POST"}, {"path", "/podmi/*"}});
  EXPECT_FALSE(post_feedback());
  EXPECT_EQ(get("/podmi/v1/feedback/id-1")->status, 404);
  order("/faults",
        {{"kind", "reset"}, {"method", "POST"}, {"path", "/podmi/*"}, {"effect", "after"}});
  EXPECT_FALSE(post_feedback());
  EXPECT_EQ(json::parse(get("/podmi/v1/feedback/id-1")->body)["status"], "ACCEPTED");
  EXPECT_EQ(post_feedback()->status, 200);
  auto totals = control("/ledger/summary")["totals"];
  EXPECT_EQ(totals["feedbackEffects"], 1);
  EXPECT_EQ(totals["feedbackDoubles"], 1);
}

TEST_F(SandboxTest, AStatusAfterTheEffectHidesIt) {
  order("/faults", {{"kind", "status"},
                    {"status", 500},
                    {"path", "/podmi/v1/messages"},
                    {"method", "POST"},
                    {"effect", "after"}});
  EXPECT_EQ(post_feedback()->status, 500);
  EXPECT_EQ(control("/ledger/summary")["totals"]["feedbackEffects"], 1);
}

TEST_F(SandboxTest, AHangEndsWhenItIsCleared) {
  order("/faults", {{"kind", "hang"}, {"path", "/podmi/*"}, {"times", 0}});
  auto hanging = std::async(std::launch::async, [this] { return get("/podmi/v1/messages"); });
  // Seen by the fault plan: the call is in there.
  while (control("/faults")["faults"][0]["hits"] == 0) std::this_thread::yield();
  EXPECT_EQ(hanging.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  clear_faults();
  EXPECT_FALSE(hanging.get());
  EXPECT_EQ(get("/podmi/v1/messages")->status, 200);
}

TEST_F(SandboxTest, AClientThatGivesUpOnAHangFreesIt) {
  order("/faults", {{"kind", "hang"}, {"path", "/podmi/*"}, {"times", 0}});
  client_->set_read_timeout(0, 50'000);
  EXPECT_FALSE(get("/podmi/v1/messages"));
  client_->stop();
  // Ends at once, although the fault was never cleared.
  sandbox_->stop();
}

TEST_F(SandboxTest, StoppingEndsHangingAndIdleConnections) {
  order("/faults", {{"kind", "hang"}, {"path", "/podmi/*"}});
  auto hanging = std::async(std::launch::async, [this] { return get("/podmi/v1/messages"); });
  while (control("/faults")["faults"][0]["hits"] == 0) std::this_thread::yield();
  httplib::Client idle(sandbox_->base());
  idle.set_keep_alive(true);
  EXPECT_EQ(idle.Get("/health")->status, 200);
  sandbox_->stop();
  EXPECT_FALSE(hanging.get());
}

TEST_F(SandboxTest, ASlowBodyArrivesWhole) {
  auto [path, attachment] = some_content();
  order("/faults", {{"kind", "slow_body"}, {"path", path}, {"pieceBytes", 512}, {"pauseMs", 2}});
  int pieces = 0;
  std::string got;
  auto answer = client_->Get(path.c_str(), headers(), [&](const char* data, std::size_t size) {
    ++pieces;
    got.append(data, size);
    return true;
  });
  ASSERT_TRUE(answer);
  EXPECT_GT(pieces, 1);
  EXPECT_EQ(content::to_hex(content::sha256(got)), attachment["sha256"]);
  EXPECT_EQ(ledger_of(attachment)["completed"], 1);
}

TEST_F(SandboxTest, AnOversizedBodyIsLongerThanAnnouncedInTheMetadata) {
  auto [path, attachment] = some_content();
  order("/faults", {{"kind", "oversized_body"}, {"path", path}, {"mebibytes", 9}});
  std::uint64_t got = 0;
  auto answer = client_->Get(path.c_str(), headers(), [&](const char*, std::size_t size) {
    got += size;
    return true;
  });
  ASSERT_TRUE(answer);
  EXPECT_EQ(got, 9U << 20);
  EXPECT_EQ(ledger_of(attachment)["corrupted"], 1);
}

TEST_F(SandboxTest, AClientThatLeavesInTheMiddleDidNotDownload) {
  auto [path, attachment] = some_content();
  order("/faults", {{"kind", "oversized_body"}, {"path", path}, {"mebibytes", 64}});
  auto answer =
      client_->Get(path.c_str(), headers(), [](const char*, std::size_t) { return false; });
  EXPECT_FALSE(answer);
  client_->stop();
  sandbox_->stop();
  auto attachments = sandbox_->ledger()["organisations"][cbe_]["attachments"];
  ASSERT_EQ(attachments.size(), 1U);
  EXPECT_EQ(attachments[0]["interrupted"], 1);
  EXPECT_EQ(attachments[0]["completed"], 0);
}

TEST_F(SandboxTest, FileNamesCanBeHostile) {
  order("/faults", {{"kind", "file_name"}, {"fileName", "../../x"}});
  auto list = ebox("/ebox/messages");
  for (const auto& message : list["items"]) {
    for (const auto& attachment : message["attachments"]["items"]) {
      EXPECT_EQ(attachment["fileName"], "../../x");
    }
  }
  order("/faults", {{"kind", "file_name"}, {"fileNameLength", 300}});
  EXPECT_EQ(ebox("/ebox/messages")["items"][0]["attachments"]["items"][0]["fileName"]
                .get<std::string>()
                .size(),
            300U);
}

TEST_F(SandboxTest, ADelayIsOnlyADelay) {
  order("/faults", {{"kind", "delay"}, {"delayMs", 60}});
  auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(get("/ebox/messageRegistry/v2/ebox")->status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(60));
}

TEST_F(SandboxTest, ABigAttachmentIsStreamedWithItsTrueDigest) {
  order("/messages", {{"organisation", cbe_}, {"attachmentMebibytes", 24}});
  auto [path, attachment] = some_content();
  content::Sha256 hash;
  auto answer = client_->Get(path.c_str(), headers(), [&](const char* data, std::size_t size) {
    hash.update({data, size});
    return true;
  });
  ASSERT_TRUE(answer);
  EXPECT_GE(attachment["size"], 24 << 20);
  EXPECT_EQ(content::to_hex(hash.finish()), attachment["sha256"]);
}

TEST_F(SandboxTest, ExpiredTokensAreRefusedUntilANewOneIsAskedFor) {
  order("/tokens/expire", json::object());
  auto answer = get("/ebox/messageRegistry/v2/ebox");
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(answer->get_header_value("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
  token_ = ask_token();
  EXPECT_EQ(get("/ebox/messageRegistry/v2/ebox")->status, 200);
}

TEST_F(SandboxTest, ATokenCanBeHadWithoutProofForTryingThings) {
  httplib::Client own(sandbox_->base());
  auto answer =
      own.Post("/control/v1/tokens", json{{"organisation", cbe_}}.dump(), "application/json");
  token_ = json::parse(answer->body)["access_token"];
  EXPECT_EQ(get("/ebox/messageRegistry/v2/ebox")->status, 200);
  EXPECT_EQ(own.Post("/control/v1/tokens", "{}", "application/json")->status, 400);
}

TEST_F(SandboxTest, ClientsAreRegisteredAtRunTime) {
  auto other = description_["organisations"][1]["cbe"].get<std::string>();
  order("/clients",
        {{"clientId", "cl-1"}, {"organisation", other}, {"publicKeyPem", keys().public_pem}});
  token_ = ask_token();
  auto expected = control("/expected?organisation=" + other);
  EXPECT_EQ(ebox("/ebox/messages")["items"][0]["messageId"], expected["messages"][0]["messageId"]);
  httplib::Client own(sandbox_->base());
  EXPECT_EQ(
      own.Post("/control/v1/clients", R"({"clientId":"x","organisation":"1"})", "application/json")
          ->status,
      400);
  EXPECT_EQ(own.Post("/control/v1/clients", "[", "application/json")->status, 400);
}

TEST_F(SandboxTest, ManyClientsAtOnceEachGetTheirBytes) {
  auto expected = control("/expected?organisation=" + cbe_)["messages"];
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 24; ++i) {
    clients.push_back(std::async(std::launch::async, [&, i] {
      httplib::Client own(sandbox_->base());
      own.set_keep_alive(true);
      int good = 0;
      for (int n = 0; n < 20; ++n) {
        const auto& message = expected[static_cast<std::size_t>(i + n) % expected.size()];
        const auto& attachment = message["attachments"][0];
        auto answer = own.Get(
            ("/ebox/messageRegistry/v2/ebox/messages/" + message["messageId"].get<std::string>() +
             "/attachments/" + attachment["attachmentId"].get<std::string>() + "/content")
                .c_str(),
            headers());
        good += answer && content::to_hex(content::sha256(answer->body)) == attachment["sha256"];
      }
      return good;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 20);
  EXPECT_EQ(control("/ledger/summary")["totals"]["downloadsCompleted"], 480);
}

TEST_F(SandboxTest, TheSameSeedServesTheSame) {
  auto first = control("/expected");
  sandbox_.reset();
  serve({});
  EXPECT_EQ(control("/expected"), first);
}

TEST_F(SandboxTest, ATakenPortIsSaid) {
  Options options;
  options.port = sandbox_->port();
  EXPECT_THROW(Sandbox second(options), std::runtime_error);
}

TEST_F(SandboxTest, AClockThatIsOffShowsInDateAndRefusesWhatIsDatedRightly) {
  order("/faults", {{"kind", "clock"}, {"clockSeconds", 360}, {"path", "/token"}});
  const auto before = post_token();
  EXPECT_EQ(before->status, 401) << before->body;
  const auto after = post_token();
  EXPECT_EQ(after->status, 200) << after->body;
  EXPECT_NE(before->get_header_value("Date"), after->get_header_value("Date"));
}

TEST_F(SandboxTest, ErrorsComeInTheShapeThatWasOrdered) {
  const auto answer = [&](const json& members) {
    json fault = {{"kind", "status"}, {"status", 403}};
    fault.update(members);
    order("/faults", fault);
    return get("/ebox/messageRegistry/v2/ebox");
  };
  const auto legacy = answer({{"shape", "legacy"}, {"code", "INVALID_SENDER"}});
  EXPECT_EQ(json::parse(legacy->body)["code"], "INVALID_SENDER");
  const auto problem = answer({{"shape", "problem"}});
  EXPECT_EQ(problem->get_header_value("Content-Type"), "application/problem+json");
  EXPECT_EQ(json::parse(problem->body)["requiredScopes"].size(), 1U);
  const auto later = answer({{"status", 503}, {"shape", "problem"}, {"retryAfterSeconds", 7}});
  EXPECT_EQ(json::parse(later->body)["retryAfterSec"], 7);
  EXPECT_EQ(later->get_header_value("Retry-After"), "7");
  const auto oauth = answer({{"shape", "oauth"}});
  EXPECT_EQ(json::parse(oauth->body)["error"], "insufficient_scope");
  EXPECT_NE(oauth->get_header_value("WWW-Authenticate").find("scope=\""), std::string::npos);
  EXPECT_EQ(answer({{"shape", "page"}})->get_header_value("Content-Type"), "text/html");
  EXPECT_EQ(json::parse(answer(json::object())->body)["code"], "MISSING_SCOPE")
      << "as the API answers";
}

TEST_F(SandboxTest, MandatesAreKeptByTheControlApi) {
  const std::string provider = "0100100337";
  const json mandate = {{"representative", provider}, {"organisation", cbe_}};
  order("/mandates", mandate);
  EXPECT_EQ(control("/mandates")["mandates"].size(), 1U);
  EXPECT_EQ(control("/mandates")["mandates"][0]["validated"], true);
  httplib::Client own(sandbox_->base());
  EXPECT_EQ(
      own.Post("/control/v1/mandates", R"({"representative":"1"})", "application/json")->status,
      400);
  EXPECT_EQ(own.Delete("/control/v1/mandates", mandate.dump(), "application/json")->status, 204);
  EXPECT_EQ(own.Delete("/control/v1/mandates", mandate.dump(), "application/json")->status, 404);
}

}  // namespace
}  // namespace semafoor::sandbox
