// SPDX-License-Identifier: Apache-2.0
//
// semafoor-host: the reference host. It shows how a program loads the plugins, asks them, follows
// their events and answers, with nothing but semafoor/shim.hpp and JSON.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "host-shim/host/answers_file.h"
#include "host-shim/host/commands.h"

using semafoor::reference_host::Assignment;
using semafoor::reference_host::ExitCode;
using semafoor::reference_host::Json;
using semafoor::reference_host::ListRequest;
using semafoor::reference_host::Options;
using semafoor::reference_host::Output;
using semafoor::reference_host::SaveRequest;
using semafoor::reference_host::Session;
using semafoor::reference_host::SyncRequest;
using semafoor::reference_host::WatchRequest;
using semafoor::reference_host::WrongUse;
namespace host = semafoor::reference_host;

namespace {

// What the chosen command does, once plugins are found.
using Action = std::function<ExitCode(Session&, Output&)>;

void add_common_options(CLI::App& app, Options& options) {
  app.add_option("--plugins", options.plugin_folders, "Folder with plugins; may be repeated")
      ->capture_default_str();
  app.add_option("--config", options.config_file, "JSON file with the configuration for create");
  app.add_option("--organisation", options.organisation, "Enterprise number (KBO/BCE), ten digits");
  app.add_option("--gateway", options.gateway,
                 "Attestation socket of the gateway; with --identity HOST:PORT of one elsewhere");
  app.add_option("--identity", options.identity_folder,
                 "Folder of this machine's key and certificate for a gateway elsewhere");
  app.add_option("--pair", options.pairing_code,
                 "Be paired first: the code that semafoorctl pair prints; - reads it from stdin");
  app.add_option("--fingerprint", options.authority_fingerprint,
                 "The fingerprint that semafoorctl pair prints beside the code");
  app.add_option("--consumer", options.consumer, "Name of the event queue (default: by plugin)");
  app.add_option("--language", options.language, "nl, fr, de or en");
  app.add_option("--encoding", options.encoding, "json, or (for `call` only) protobuf");
  app.add_option("--dossiers", options.dossier_file, "JSON file with persons and their dossiers");
  app.add_option("--actor", options.actor,
                 "Who asks: an identifier that is no national number (default: this account)");
  app.add_option("--actor-name", options.actor_name, "Who asks: a name to show");
  app.add_option("--purpose", options.purpose, "Why, for the audit");
  app.add_option("--legal-context", options.legal_context,
                 "On what legal ground, for the audit, like PCSA:SOCIAL_INQUIRY");
  app.add_option("--deadline-ms", options.deadline_ms, "Deadline of each call");
  app.add_flag("--json", options.json, "One JSON document (or event) a line on stdout");
  app.add_flag("--show-numbers", options.show_numbers, "Do not mask national numbers in text");
  app.add_flag("--verbose", options.verbose, "All of the plugins' log on stderr");
}

void add_reading(CLI::App& app, Action& action) {
  app.add_subcommand("load", "Check and load every plugin; needs no gateway")->callback([&action] {
    action = host::load;
  });
  app.add_subcommand("status", "What the gateway says to each plugin")->callback([&action] {
    action = host::status;
  });

  auto* list = app.add_subcommand("list", "messages, signals, feedback, families, codes or types");
  auto asked = std::make_shared<ListRequest>();
  list->add_option("WHAT", asked->what)->required();
  list->add_flag("--all", asked->all, "All pages");
  list->add_option("--page-size", asked->page_size, "Items in the one page that is shown");
  list->add_option("--changed-since", asked->changed_since, "Only what changed after this cursor");
  list->add_option("--family", asked->families, "messages: only these families");
  list->add_option("--search", asked->search, "messages: all these words");
  list->add_flag("--unseen", asked->unseen, "messages: nobody has seen them");
  list->add_option("--state", asked->states, "signals, feedback: only in these states");
  list->add_option("--match", asked->match_states, "signals: open, matched or no_dossier");
  list->add_option("--signal", asked->signal, "feedback: only on this signal");
  list->callback([&action, asked] {
    action = [asked](Session& session, Output& output) {
      return host::list(session, output, *asked);
    };
  });

  auto* show = app.add_subcommand("show", "One message, signal or feedback, with everything");
  auto shown = std::make_shared<std::pair<std::string, std::string>>();
  show->add_option("WHAT", shown->first, "message, signal or feedback")->required();
  show->add_option("ID", shown->second)->required();
  show->callback([&action, shown] {
    action = [shown](Session& session, Output& output) {
      return host::show(session, output, shown->first, shown->second);
    };
  });

  auto* watch = app.add_subcommand("watch", "Events as they come, acknowledged when printed");
  auto watched = std::make_shared<WatchRequest>();
  auto seconds = std::make_shared<double>(0);
  auto keep = std::make_shared<bool>(false);
  watch->add_option("--plugin", watched->plugins, "Only this plugin's; may be repeated");
  watch->add_option("--max", watched->most, "End after so many events");
  watch->add_option("--for", *seconds, "End after so many seconds");
  watch->add_flag("--no-ack", *keep, "Do not acknowledge: they come again");
  watch->callback([&action, watched, seconds, keep] {
    watched->acknowledge = !*keep;
    if (*seconds > 0)
      watched->time = std::chrono::milliseconds(static_cast<int64_t>(*seconds * 1000));
    action = [watched](Session& session, Output& output) {
      return host::watch(session, output, *watched);
    };
  });
}

void add_mailbox(CLI::App& app, Action& action) {
  auto* sync = app.add_subcommand("sync", "Synchronise the e-Box now");
  auto request = std::make_shared<SyncRequest>();
  auto limit = std::make_shared<int>(600);
  sync->add_flag("--wait", request->wait, "Wait for the end, with progress on stderr");
  sync->add_option("--timeout", *limit, "Seconds to wait at most")->capture_default_str();
  sync->callback([&action, request, limit] {
    request->limit = std::chrono::seconds(*limit);
    action = [request](Session& session, Output& output) {
      return host::synchronise(session, output, *request);
    };
  });

  auto* save = app.add_subcommand("save", "Save one attachment, or all, verified by SHA-256");
  auto saved = std::make_shared<SaveRequest>();
  save->add_option("MESSAGE", saved->message);
  save->add_option("ATTACHMENT", saved->attachment);
  save->add_flag("--all", saved->all, "Every attachment that the gateway has");
  save->add_option("--to", saved->folder, "Existing folder")->required();
  save->add_option("--name", saved->name, "File name to use instead of the sender's");
  save->add_flag("--overwrite", saved->overwrite, "Replace a file of that name");
  save->callback([&action, saved] {
    action = [saved](Session& session, Output& output) {
      return host::save(session, output, *saved);
    };
  });

  auto* seen = app.add_subcommand("seen", "Mark messages as seen by a person");
  auto messages = std::make_shared<std::vector<std::string>>();
  seen->add_option("MESSAGE", *messages)->required();
  seen->callback([&action, messages] {
    action = [messages](Session& session, Output& output) {
      return host::mark_seen(session, output, *messages);
    };
  });
}

void add_signals(CLI::App& app, const Options& options, Action& action) {
  auto* resolve = app.add_subcommand("resolve", "Match signals to the dossiers of --dossiers");
  auto again = std::make_shared<bool>(false);
  resolve->add_flag("--again", *again, "Also those for which no dossier was found before");
  resolve->callback([&action, &options, again] {
    action = [&options, again](Session& session, Output& output) {
      return host::resolve(session, output, *again, !options.dossier_file.empty());
    };
  });

  auto* assign = app.add_subcommand("assign", "Give a signal to somebody; without --to to nobody");
  auto assignment = std::make_shared<Assignment>();
  assign->add_option("SIGNAL", assignment->signal)->required();
  assign->add_option("--to", assignment->id, "Identifier of the person in your product");
  assign->add_option("--name", assignment->name, "Name to show");
  assign->callback([&action, assignment] {
    action = [assignment](Session& session, Output& output) {
      return host::assign(session, output, *assignment);
    };
  });

  auto* investigated = app.add_subcommand("investigated", "The investigation of a signal is done");
  auto signal = std::make_shared<std::string>();
  investigated->add_option("SIGNAL", *signal)->required();
  investigated->callback([&action, signal] {
    action = [signal](Session& session, Output& output) {
      return host::mark_investigated(session, output, *signal);
    };
  });
}

void add_answers(CLI::App& app, Action& action) {
  struct Draft {
    std::string signal, code, remark, decision, date, client_id;
    bool check = false;
  };
  auto* one = app.add_subcommand("answer", "Answer one signal with a code of the list");
  auto draft = std::make_shared<Draft>();
  one->add_option("SIGNAL", draft->signal)->required();
  one->add_option("CODE", draft->code)->required();
  one->add_option("--remark", draft->remark, "At most 256 characters");
  one->add_option("--decision-reference", draft->decision, "The decision or form that follows");
  one->add_option("--decision-date", draft->date, "Like 2026-07-01");
  one->add_option("--client-id", draft->client_id, "UUID; the same one again is the same answer");
  one->add_flag("--check", draft->check, "Only say whether it would be good");
  one->callback([&action, draft] {
    action = [draft](Session& session, Output& output) {
      Json item{{"signalId", draft->signal}, {"code", draft->code}};
      if (!draft->client_id.empty()) item["clientId"] = draft->client_id;
      if (!draft->remark.empty()) item["remark"] = draft->remark;
      if (!draft->decision.empty()) item["decisionReference"] = draft->decision;
      if (!draft->date.empty()) item["decisionDate"] = host::parse_date(draft->date);
      return host::answer(session, output, Json::array({item}), draft->check);
    };
  });

  auto* many = app.add_subcommand("answers", "Answer many signals, from a JSON or CSV file");
  auto file = std::make_shared<std::string>();
  auto check = std::make_shared<bool>(false);
  many->add_option("FILE", *file)->required();
  many->add_flag("--check", *check, "Only say whether they would be good");
  many->callback([&action, file, check] {
    action = [file, check](Session& session, Output& output) {
      return host::answer(session, output, host::read_answers(*file), *check);
    };
  });
}

void add_proposals(CLI::App& app, Action& action, const Options& options) {
  auto* propose = app.add_subcommand(
      "propose", "What may be answered as before, and why; nothing is stored or sent");
  auto asked = std::make_shared<host::ProposeRequest>();
  propose->add_option("SIGNAL", asked->signals, "Only these; default: all that are open");
  propose->add_option("--assignee", asked->assignee, "Only of this person");
  propose->add_option("--type", asked->types, "Only of this type; repeatable");
  propose->add_option("--out", asked->file, "Writes what is proposed to FILE, to look at");
  propose->callback([&action, asked] {
    action = [asked](Session& session, Output& output) {
      return host::propose(session, output, *asked);
    };
  });
  auto* review = app.add_subcommand("review", "Answer what was proposed, once a person has looked");
  auto given = std::make_shared<host::ReviewRequest>();
  review->add_option("FILE", given->file, "Of propose --out; take out what is not to be answered")
      ->required();
  review->add_flag("--reviewed", given->reviewed, "I have looked at each of these answers");
  review->callback([&action, given, &options] {
    action = [given, &options](Session& session, Output& output) {
      given->by = options.actor;
      given->by_name = options.actor_name;
      return host::review(session, output, *given);
    };
  });
}

void add_call(CLI::App& app, Action& action) {
  struct Call {
    std::string plugin, method, request = "{}";
  };
  auto* call = app.add_subcommand("call", "Any method, its answer as it is");
  auto asked = std::make_shared<Call>();
  call->add_option("PLUGIN", asked->plugin)->required();
  call->add_option("METHOD", asked->method, "Like Mailbox/ListMessages")->required();
  call->add_option("REQUEST", asked->request, "Its request; - reads it from stdin");
  call->callback([&action, asked] {
    action = [asked](Session& session, Output& output) {
      return host::call(session, output, asked->plugin, asked->method, asked->request);
    };
  });
}

// One slip of the fingers, or two: "lsit", "synch".
bool alike(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back() <= 2;
}

std::string wrong_use(const CLI::App& app, const CLI::ParseError& error) {
  const std::string more = " Run semafoor-host --help.";
  const auto unknown = app.remaining();
  const bool none = app.get_subcommands().empty();
  if (!none || unknown.empty() || unknown.front().starts_with('-'))
    return std::string(error.what()) + "." + more;
  std::string near;
  std::string all;
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
    all += (all.empty() ? "" : ", ") + one->get_name();
    if (alike(unknown.front(), one->get_name()))
      near += (near.empty() ? "" : " or ") + one->get_name();
  }
  return "There is no command " + unknown.front() + "; " +
         (near.empty() ? "known are " + all + "." : "did you mean " + near + "?") + more;
}

int run(const Options& options, const Action& action) {
  Output output(options);
  try {
    Session session(options, output);
    return action(session, output);
  } catch (const semafoor::shim::Error& error) {
    output.error(error);
    return error.status() == SEMAFOOR_E_GATEWAY_ABSENT || error.status() == SEMAFOOR_UNAVAILABLE
               ? host::kTryLater
               : host::kFailed;
  } catch (const WrongUse& wrong) {
    output.failure("INVALID_ARGUMENT", "host.wrong_use", wrong.what());
    return host::kWrongUse;
  } catch (const std::exception& failure) {
    output.failure("INTERNAL", "host.failed", failure.what());
    return host::kFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "semafoor-host: the reference host for Semafoor's plugins.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong use, 3 partly done, 4 the gateway is away."};
  app.set_version_flag("--version", semafoor_shim_version());
  app.require_subcommand(1);
  app.fallthrough();
  Options options;
  Action action;
  add_common_options(app, options);
  add_reading(app, action);
  add_mailbox(app, action);
  add_signals(app, options, action);
  add_answers(app, action);
  add_proposals(app, action, options);
  add_call(app, action);
  const std::vector<std::string> words = host::arguments(argc, argv);
  app.name("semafoor-host");
  try {
    // CLI11 takes them from the end.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    // Help and version are no mistakes.
    if (error.get_exit_code() == 0) return app.exit(error);
    options.json = std::find(words.begin(), words.end(), "--json") != words.end();
    Output(options).failure("INVALID_ARGUMENT", "host.wrong_use", wrong_use(app, error));
    return host::kWrongUse;
  }
  // Answers need a person: without --actor it is whoever runs this program.
  if (options.actor.empty()) options.actor = host::account_name();
  return run(options, action);
}
