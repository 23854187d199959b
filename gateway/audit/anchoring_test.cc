// SPDX-License-Identifier: Apache-2.0
//
// The authority is the openssl program, as anybody may run it.
#include "gateway/audit/anchoring.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gateway/audit/test_chain.h"
#include "gateway/audit/timestamp.h"
#include "gateway/os/test_folder.h"

namespace semafoor::audit {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string content(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// An authority in a folder: a root, and a certificate for timestamps under it.
class Authority {
 public:
  explicit Authority(const fs::path& folder) : folder_(folder) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "ts.cnf") << R"([ext]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = a
[a]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
)";
    std::ofstream(folder_ / "serial") << "01\n";
    stands_ =
        run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=Root "
            "-keyout root.key -out root.pem") &&
        run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Tsa -keyout tsa.key "
            "-out tsa.csr") &&
        run("x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile "
            "ts.cnf -extensions ext -out tsa.pem");
  }
  // Whether this machine has the program.
  bool stands() const { return stands_; }
  std::string root() const { return content(folder_ / "root.pem"); }
  std::string answer(const std::string& question) {
    std::ofstream(folder_ / "q.tsq", std::ios::binary) << question;
    EXPECT_TRUE(run("ts -reply -config ts.cnf -section a -queryfile q.tsq -out a.tsr"));
    return content(folder_ / "a.tsr");
  }

 private:
  bool run(const std::string& arguments) const {
    const std::string command =
        "cd \"" + folder_.string() + "\" && openssl " + arguments + " >out.txt 2>&1";
    return std::system(command.c_str()) == 0;
  }
  const fs::path folder_;
  bool stands_ = false;
};

class FakeHttp final : public upstream::HttpClient {
 public:
  upstream::HttpExchange send(const upstream::HttpRequest& request, const upstream::ContentSink&,
                              std::stop_token) override {
    ++asked;
    upstream::HttpExchange exchange;
    exchange.delivery = upstream::Delivery::answered;
    exchange.status = status;
    if (status == 200) exchange.body = answer(request.body);
    return exchange;
  }
  int asked = 0;
  int status = 200;
  std::function<std::string(const std::string&)> answer;
};

class AnchoringTest : public ::testing::Test {
 protected:
  ~AnchoringTest() override { fs::remove_all(home_); }

  std::unique_ptr<Anchoring> anchoring(const std::string& url) {
    return std::make_unique<Anchoring>(
        chain_.store(), chain_.clock(), folder_, http_,
        AnchoringOptions{.timestamp_url = url, .timestamp_ca = authority_.root()},
        AnchorTold{
            .made = [this](const Anchor& one) { made_.push_back(one.day); },
            .stamped = [this](const std::string& day, std::int64_t) { stamped_.push_back(day); },
            .failed = [this](const Error& error) { failed_.push_back(error.code); }});
  }
  void next_day() { chain_.clock().jump(86'400'000); }
  std::string today() { return day_of_ms(chain_.clock().now_ms()); }
  v1::DutyStatus standing() { return chain_.test_store().duty(kAnchorDuty); }

  const fs::path home_ = os::make_test_folder("anchoring");
  TestChain chain_{5};
  AnchorFolder folder_{home_ / "anchors"};
  Authority authority_{home_ / "authority"};
  FakeHttp http_;
  std::vector<std::string> made_;
  std::vector<std::string> stamped_;
  std::vector<std::string> failed_;
};

TEST_F(AnchoringTest, EachDayHasOneAnchorAndTheChainGoesThroughThem) {
  const auto duty = anchoring("");
  duty->look();
  duty->look();
  chain_.append(6);
  next_day();
  duty->look();
  EXPECT_THAT(made_, SizeIs(2));
  EXPECT_EQ(http_.asked, 0);
  const auto read = folder_.read("");
  ASSERT_TRUE(read.ok());
  const auto found = chain_.verify(*read);
  EXPECT_EQ(found.anchors(), 2);
  EXPECT_EQ(found.faults(), 0);
  EXPECT_TRUE(standing().problem().empty());
  EXPECT_EQ(standing().last_success().unix_ms(), chain_.clock().now_ms());
}

TEST_F(AnchoringTest, TheAuthoritysStampIsCheckedAndKept) {
  if (!authority_.stands()) GTEST_SKIP() << "this machine has no openssl program";
  http_.answer = [this](const std::string& question) { return authority_.answer(question); };
  const auto duty = anchoring("http://tsa.test/");
  duty->look();
  EXPECT_THAT(stamped_, ElementsAre(today()));
  const auto stamp = folder_.stamp(today());
  ASSERT_TRUE(stamp.ok() && *stamp);
  EXPECT_TRUE(check_timestamp(**stamp, *folder_.text(today()), authority_.root()).ok());
  EXPECT_THAT(folder_.read(authority_.root())->problems, SizeIs(0));
  duty->look();
  EXPECT_EQ(http_.asked, 1);
}

TEST_F(AnchoringTest, AnAuthorityThatIsAwayStopsNothingAndIsAskedAgain) {
  if (!authority_.stands()) GTEST_SKIP() << "this machine has no openssl program";
  http_.status = 503;
  const auto duty = anchoring("http://tsa.test/");
  duty->look();
  EXPECT_THAT(made_, SizeIs(1)) << "the anchor itself is there";
  EXPECT_THAT(failed_, ElementsAre("audit.timestamp_http"));
  EXPECT_THAT(standing().problem(), HasSubstr("503"));
  duty->look();
  EXPECT_EQ(http_.asked, 1) << "not at once";
  http_.status = 200;
  http_.answer = [this](const std::string& question) { return authority_.answer(question); };
  chain_.clock().advance(900'000);
  duty->look();
  EXPECT_THAT(stamped_, SizeIs(1));
  EXPECT_TRUE(standing().problem().empty());
}

TEST_F(AnchoringTest, AnAnswerThatIsNotTheAuthoritysIsNotKept) {
  if (!authority_.stands()) GTEST_SKIP() << "this machine has no openssl program";
  Authority stranger(home_ / "stranger");
  http_.answer = [&](const std::string& question) { return stranger.answer(question); };
  const auto duty = anchoring("http://tsa.test/");
  duty->look();
  EXPECT_THAT(failed_, ElementsAre("audit.timestamp_invalid"));
  EXPECT_FALSE(folder_.stamp(today())->has_value());
  // One about something else, though it is the authority's.
  const auto other = timestamp_request("something else");
  http_.answer = [&](const std::string&) { return authority_.answer(*other); };
  chain_.clock().advance(900'000);
  duty->look();
  EXPECT_THAT(failed_, SizeIs(2));
  EXPECT_FALSE(folder_.stamp(today())->has_value());
}

TEST_F(AnchoringTest, AnAnchorThatWasChangedAfterItsStampIsFound) {
  if (!authority_.stands()) GTEST_SKIP() << "this machine has no openssl program";
  http_.answer = [this](const std::string& question) { return authority_.answer(question); };
  anchoring("http://tsa.test/")->look();
  auto anchor = *read_anchor(*folder_.text(today()));
  anchor.time_ms += 1;
  std::ofstream(home_ / "anchors" / (today() + ".json"), std::ios::binary) << anchor_text(anchor);
  const auto read = folder_.read(authority_.root());
  ASSERT_THAT(read->problems, SizeIs(1));
  EXPECT_GT(chain_.verify(*read).faults(), 0);
}

}  // namespace
}  // namespace semafoor::audit
