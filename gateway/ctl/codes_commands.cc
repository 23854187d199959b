// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/codes_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "gateway/codes/tables.h"
#include "gateway/ctl/ask.h"
#include "gateway/ctl/codes_page.h"
#include "gateway/ctl/days.h"
#include "gateway/data/data_file.h"
#include "gateway/os/utf8_path.h"
#include "semafoor/v1/codes.grpc.pb.h"

namespace semafoor::ctl {
namespace {

Failure failure_of(const Error& error) {
  return {kUsage, error.code, error.message};
}

}  // namespace

int check_codes(const Common& common, const std::string& file, const std::string& types,
                std::ostream& out) {
  const auto known = data::text_of(types.empty() ? std::filesystem::path() : os::path_of(types),
                                   data::builtin_signal_types());
  if (!known) return fail(common, failure_of(known.error()));
  const auto list = codes::read_signal_types(*known, types.empty() ? "signal types" : types);
  if (!list) return fail(common, failure_of(list.error()));
  const auto text = data::text_of(os::path_of(file), "");
  if (!text) return fail(common, failure_of(text.error()));
  const auto checked = codes::check(*text, file, codes::known_types(list->types));
  if (!checked) return fail(common, failure_of(checked.error()));
  out << (common.json ? check_json(file, *checked) : check_page(file, *checked));
  return checked->problems.empty() ? kDone : kRefused;
}

CodesCommands::CodesCommands(CLI::App& app) {
  auto* codes = app.add_subcommand("codes", "feedback codes and signal types: dated tables");
  codes->require_subcommand(1);
  check_ = codes->add_subcommand("check", "row by row what is wrong with a file; needs no gateway");
  check_->add_option("--types", types_,
                     "file of the signal types that feedback codes may name; without: those "
                     "compiled in");
  check_->footer("Exit codes: 0 all rows are good, 1 not, 2 the file cannot be read.");
  list_ = codes->add_subcommand("list", "the table in force, and which was and will be");
  show_ = codes->add_subcommand("show", "one code with all its texts");
  show_->add_option("CODE", code_, "as list names it")->required();
  load_ = codes->add_subcommand("load", "checks a file and puts it in force now");
  prepare_ = codes->add_subcommand("prepare", "checks a file, which is in force from a day on");
  prepare_->add_option("--from", day_, "the first day, as 2027-01-01; after today")->required();
  compare_ = codes->add_subcommand(
      "compare", "the table in force beside the prepared one or a file: new, gone, changed");
  withdraw_ = codes->add_subcommand("withdraw", "what is prepared does not come");
  rollback_ = codes->add_subcommand("rollback", "the table of before is in force again");
  for (auto* command : {check_, load_, prepare_})
    command->add_option("FILE", file_, "JSON; docs/codes.md says how it looks")->required();
  compare_->add_option("FILE", file_, "JSON; without: the prepared table");
  for (auto* command : {list_, show_})
    command->add_option("--on", day_, "as on this day, with the codes valid then");
  for (auto* command : {list_, show_, compare_, withdraw_, rollback_})
    command->add_option("--kind", kind_, "which table")
        ->check(CLI::IsMember({"feedback-codes", "signal-types"}))
        ->capture_default_str();
  for (auto* command : {load_, prepare_, withdraw_, rollback_})
    command->footer("Needs --reason. For all organisations of the gateway; no restart.");
}

std::optional<int> CodesCommands::run(const Common& common) const {
  if (check_->parsed()) return check_codes(common, file_, types_, std::cout);
  if (list_->parsed()) return list(common);
  if (show_->parsed()) return show(common);
  if (load_->parsed() || prepare_->parsed()) return load(common);
  if (compare_->parsed()) return compare(common);
  if (withdraw_->parsed()) {
    v1::WithdrawCodesRequest request;
    request.set_kind(codes::kind_of(kind_));
    return ask(common, &v1::CodesAdmin::Stub::WithdrawCodes, request, &withdrawn_page);
  }
  if (rollback_->parsed()) {
    v1::RollbackCodesRequest request;
    request.set_kind(codes::kind_of(kind_));
    return ask(common, &v1::CodesAdmin::Stub::RollbackCodes, request, &rolled_back_page);
  }
  return std::nullopt;
}

std::optional<v1::ListCodesRequest> CodesCommands::asked(Failure& failure) const {
  v1::ListCodesRequest request;
  request.set_kind(codes::kind_of(kind_));
  if (!day_.empty() && !read_day(day_, *request.mutable_valid_on(), failure)) return std::nullopt;
  return request;
}

int CodesCommands::list(const Common& common) const {
  Failure failure;
  const auto request = asked(failure);
  if (!request) return fail(common, failure);
  return ask(common, &v1::CodesAdmin::Stub::ListCodes, *request, &codes_page);
}

int CodesCommands::show(const Common& common) const {
  Failure failure;
  const auto request = asked(failure);
  if (!request) return fail(common, failure);
  const auto client = AdminClient::connect(common.socket, failure, common.reason);
  v1::ListCodesResponse response;
  if (!client || !client->ask(&v1::CodesAdmin::Stub::ListCodes, *request, response, failure))
    return fail(common, failure);
  const std::string page = code_page(response, code_);
  if (page.empty())
    return fail(common, {kRefused, "codes.unknown_code",
                         "The table has no code " + code_ + "; see semafoorctl codes list."});
  v1::ListCodesResponse one;
  *one.mutable_table() = response.table();
  for (const auto& code : response.codes())
    if (code.code() == code_) *one.add_codes() = code;
  for (const auto& type : response.types())
    if (type.code() == code_) *one.add_types() = type;
  return done(common, one, page);
}

int CodesCommands::load(const Common& common) const {
  v1::LoadCodesRequest request;
  auto text = data::text_of(os::path_of(file_), "");
  if (!text) return fail(common, failure_of(text.error()));
  request.set_content(std::move(*text));
  Failure failure;
  if (prepare_->parsed() && !read_day(day_, *request.mutable_from(), failure))
    return fail(common, failure);
  return ask(common, &v1::CodesAdmin::Stub::LoadCodes, request, &loaded_page);
}

int CodesCommands::compare(const Common& common) const {
  v1::CompareCodesRequest request;
  request.set_kind(codes::kind_of(kind_));
  if (!file_.empty()) {
    auto text = data::text_of(os::path_of(file_), "");
    if (!text) return fail(common, failure_of(text.error()));
    request.set_content(std::move(*text));
  }
  return ask(common, &v1::CodesAdmin::Stub::CompareCodes, request, &comparison_page);
}

}  // namespace semafoor::ctl
