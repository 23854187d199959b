// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/main/sandbox.h"

#include <chrono>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/content/random.h"
#include "tests/sandbox/control/api.h"
#include "tests/sandbox/ebox/api.h"
#include "tests/sandbox/http/error_shapes.h"
#include "tests/sandbox/http/server.h"
#include "tests/sandbox/ksz/service.h"
#include "tests/sandbox/podmi/api.h"

namespace semafoor::sandbox {
namespace {

using http::Call;
using http::Reply;

constexpr std::string_view kTokenPath = "/oauth/v5/token";
constexpr std::string_view kIntrospectPath = "/oauth/v5/introspect";
constexpr std::size_t kLongestTraceId = 36;

std::int64_t wall_clock() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

class Sandbox::Inside : public http::Application {
 public:
  explicit Inside(const Options& options)
      : authority_(wall_clock),
        mailbox_(ledger_),
        world_(options.world, boxes_, mailbox_, ledger_),
        ebox_(boxes_, ledger_, authority_, mandates_),
        podmi_(mailbox_, authority_),
        ksz_(mailbox_, credentials_, wall_clock),
        federation_(world_, ebox_, ledger_, authority_, mandates_),
        control_({world_, faults_, ledger_, authority_, mandates_, credentials_, mailbox_, boxes_,
                  federation_, [this] { server_.faults_changed(); }}),
        server_(*this, options.port) {
    base_ = "http://127.0.0.1:" + std::to_string(server_.port());
    ebox_.set_base(base_);
    federation_.set_base(base_);
    ebox_.set_returns([this](const std::string& organisation, const std::string& message_id,
                             const std::vector<content::ReturnedAnswer>& answers) {
      ledger_.returned(organisation, message_id, answers,
                       mailbox_.take_returned(organisation, answers));
    });
    ebox_.set_providers([this] { return federation_.registry(); });
    if (options.federation) federation_.add_one_of_each();
    auto audiences = options.more_audiences;
    audiences.push_back(base_ + std::string(kTokenPath));
    authority_.set_audiences(std::move(audiences));
    authority_.set_token_lifetime(options.token_lifetime);
  }

  Reply serve(const Call& call) override {
    auto reply = route(call);
    add_marks(call, reply);
    return reply;
  }

  std::optional<http::Fault> fault_for(const Call& call) override {
    if (federation_.is_down(call.path)) return http::Fault{.kind = http::FaultKind::reset};
    if (faults_.empty() || call.path.starts_with(control::kPath) || call.path == "/health") {
      return std::nullopt;
    }
    std::string organisation;
    if (auto checked = authority_.check(call); checked.grant) {
      organisation = checked.grant->organisation;
      if (auto named = call.header(oauth::kOnBehalfOf); !named.empty()) organisation = named;
    } else if (call.path == kTokenPath) {
      organisation = authority_.claimed_organisation(call).value_or("");
    } else if (call.path.starts_with(ksz::kPath)) {
      organisation = ksz_.claimed_organisation(call).value_or("");
    }
    return faults_.take(call, organisation);
  }

  Reply error(const Call& call, const http::Fault& fault) override {
    const int status = fault.status;
    const int retry_after = fault.retry_after;
    Reply reply;
    const bool own = fault.shape == http::ErrorShape::own;
    if (!own) {
      reply = http::error_in_shape(fault, wall_clock());
    } else if (call.path.starts_with(ksz::kPath)) {
      reply = ksz_.error(call, fault);
    } else if (call.path.starts_with(podmi::kPath)) {
      reply = podmi::Api::problem(status, "", "injected by the control API", retry_after);
    } else if (call.path == kTokenPath) {
      reply = oauth::Authority::error(status, status >= 500 ? "server_error" : "invalid_client",
                                      "injected by the control API");
    } else {
      reply = ebox::Api::error(call, status, "injected by the control API");
    }
    if (retry_after >= 0) reply.headers.emplace_back("Retry-After", std::to_string(retry_after));
    if (status == 401 && own && !call.path.starts_with(ksz::kPath)) {
      reply.headers.emplace_back("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }
    add_marks(call, reply);
    return reply;
  }

  std::uint64_t fault_epoch() const override { return faults_.epoch(); }

  nlohmann::json describe() const {
    nlohmann::json organisations = nlohmann::json::array();
    for (const auto& organisation : world_.organisations()) {
      organisations.push_back({{"cbe", organisation.cbe}, {"name", organisation.name}});
    }
    return {{"base", base_},
            {"port", server_.port()},
            {"tokenEndpoint", base_ + std::string(kTokenPath)},
            {"introspection", base_ + std::string(kIntrospectPath)},
            {"ebox", base_ + std::string(ebox::kRegistryPath)},
            {"federation", base_ + std::string(ebox::kFederationPath)},
            {"podmi", base_ + "/podmi"},
            {"soa", base_ + std::string(ksz::kSoaPath)},
            {"ssdn", base_ + std::string(ksz::kSsdnPath)},
            {"control", base_ + std::string(control::kPath)},
            {"seed", world_.options().seed},
            {"organisations", std::move(organisations)}};
  }

  ledger::Ledger ledger_;
  control::FaultPlan faults_;
  oauth::Authority authority_;
  oauth::Mandates mandates_;
  ksz::Credentials credentials_;
  ebox::Boxes boxes_;
  podmi::Mailbox mailbox_;
  control::World world_;
  ebox::Api ebox_;
  podmi::Api podmi_;
  ksz::Service ksz_;
  control::Federation federation_;
  control::Api control_;
  std::string base_;
  // Last: its threads use everything above.
  http::Server server_;

 private:
  // Belgif: an answer carries an id of its own, and repeats the request's. And every server with a
  // clock says its time (RFC 9110 section 6.6.1).
  static void add_marks(const Call& call, Reply& reply) {
    reply.headers.emplace_back("Date", http::http_date(wall_clock() + call.clock_shift));
    reply.headers.emplace_back("BelGov-Trace-Id", content::fresh_uuid());
    auto trace = call.header("belgov-trace-id");
    if (!trace.empty() && trace.size() <= kLongestTraceId) {
      reply.headers.emplace_back("BelGov-Related-Trace-Id", trace);
    }
  }

  Reply route(const Call& call) {
    if (call.path == kTokenPath) return authority_.token(call);
    if (call.path == kIntrospectPath) return authority_.introspect(call);
    if (call.below(ebox::kRegistryPath)) return ebox_.serve(call);
    if (call.below(control::kProvidersPath)) return federation_.serve(call);
    if (call.below(ebox::kFederationPath)) return ebox_.federation(call);
    if (call.below(podmi::kPath)) return podmi_.serve(call);
    if (call.below(ksz::kPath)) return ksz_.serve(call);
    if (call.below(control::kPath)) return control_.serve(call);
    if (call.path == "/health") return http::json_reply(200, {{"status", "UP"}});
    return http::json_reply(404, {{"error", "nothing is served here"}});
  }
};

Sandbox::Sandbox(const Options& options) : inside_(std::make_unique<Inside>(options)) {}
Sandbox::~Sandbox() = default;
void Sandbox::start() {
  inside_->server_.start();
}
void Sandbox::stop() {
  inside_->server_.stop();
}
const std::string& Sandbox::base() const {
  return inside_->base_;
}
int Sandbox::port() const {
  return inside_->server_.port();
}

std::optional<std::string> Sandbox::add_client(const std::string& client_id,
                                               const std::string& organisation,
                                               const std::string& public_pem) {
  if (!content::valid_cbe(organisation)) {
    return "the organisation must be ten digits with a right check number";
  }
  // A certificate holds the key, and is what the KSZ knows a client by.
  if (public_pem.find("BEGIN CERTIFICATE") != std::string::npos) {
    if (auto why = inside_->credentials_.add_certificate(client_id, organisation, public_pem)) {
      return why;
    }
  }
  return inside_->authority_.add_client(client_id, organisation, public_pem);
}

nlohmann::json Sandbox::describe() const {
  return inside_->describe();
}
nlohmann::json Sandbox::ledger() const {
  return inside_->ledger_.everything("");
}
nlohmann::json Sandbox::expected() const {
  return inside_->world_.expected("");
}

}  // namespace semafoor::sandbox
