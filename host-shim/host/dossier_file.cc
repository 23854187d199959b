// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/dossier_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "host-shim/host/options.h"
#include "host-shim/src/utf8_path.h"

namespace semafoor::reference_host {
namespace {

std::string digits_of(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw WrongUse("the dossier file " + path + " cannot be used: " + why +
                 "; see dossiers.example.json");
}

// Of several dossiers, those that bear the authority's number, if any does.
Json chosen(const Json& dossiers, const std::string& number) {
  Json matching = Json::array();
  Json all = Json::array();
  for (Json dossier : dossiers) {
    const bool matches = !number.empty() && as_text(dossier, "number") == number;
    dossier.erase("number");
    if (matches) matching.push_back(dossier);
    all.push_back(std::move(dossier));
  }
  return matching.empty() ? all : matching;
}

}  // namespace

DossierFile::DossierFile(const std::string& path) {
  std::ifstream file(loader::path_of(path));
  if (!file) refuse(path, "it cannot be opened");
  const Json document = Json::parse(file, nullptr, false);
  if (document.is_discarded()) refuse(path, "it is not JSON");
  if (!document.is_object() || !document.contains("persons") || !document["persons"].is_array())
    refuse(path, "it has no list \"persons\"");
  size_t index = 0;
  for (const Json& person : document["persons"]) {
    const std::string place = "persons[" + std::to_string(index++) + "]";
    const std::string ssin = digits_of(as_text(person, "ssin"));
    if (ssin.size() != 11) refuse(path, place + ".ssin has not eleven digits");
    if (!person.contains("dossiers") || !person["dossiers"].is_array())
      refuse(path, place + " has no list \"dossiers\"");
    for (const Json& dossier : person["dossiers"]) {
      if (as_text(dossier, "reference").empty())
        refuse(path, place + " has a dossier without \"reference\"");
    }
    dossiers_[ssin] = person["dossiers"];
  }
}

std::string DossierFile::resolve(std::string_view request) const {
  const Json asked = Json::parse(request);
  Json persons = Json::array();
  for (const Json& query : asked.value("persons", Json::array())) {
    const Json& person = query.at("person");
    const auto found = dossiers_.find(digits_of(as_text(person, "value")));
    // A person without dossier is left out: the plugin records that we looked and found none.
    if (found == dossiers_.end() || found->second.empty()) continue;
    persons.push_back(
        {{"person", person}, {"dossiers", chosen(found->second, as_text(query, "dossierNumber"))}});
  }
  return Json{{"persons", persons}}.dump();
}

}  // namespace semafoor::reference_host
