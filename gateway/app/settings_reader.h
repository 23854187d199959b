// SPDX-License-Identifier: Apache-2.0
//
// Walks a TOML document: what is asked for is known, the rest is a mistake. Errors are collected,
// so that a file is mended in one go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace semafoor::app {

// One mistake, with what is allowed.
struct Problem {
  // The file of settings, or the one they name.
  std::string file;
  // 0: the mistake is not in a line of the file.
  std::size_t line = 0;
  // "sync.interval_s", "local.allow.user", "upsteam"; empty for the file as a whole.
  std::string key;
  std::string message;

  // "file:line: [sync] interval_s: message", for people.
  std::string text() const;
};

class SettingsReader {
 public:
  // What is wrong; and what is in force, by section and key, each value written so that it is TOML
  // and JSON alike.
  struct Findings {
    std::vector<Problem> problems;
    std::map<std::string, std::map<std::string, std::string>> in_force;
  };

  // A document that is no TOML is one problem, and then empty.
  SettingsReader(const std::string& text, std::string file_name, Findings& findings);
  ~SettingsReader();

  // One table of the document; an absent one is empty. Keys are taken with the functions below; a
  // value of the wrong kind or out of bounds is a problem and leaves `value` alone.
  class Section {
   public:
    void text(const char* key, std::string& value);
    void path(const char* key, std::filesystem::path& value);
    void number(const char* key, std::int64_t& value, std::int64_t least, std::int64_t most);
    void boolean(const char* key, bool& value);
    // "0660": three or four octal digits as a text.
    void mode(const char* key, unsigned& value);
    void one_of(const char* key, std::string& value, const std::vector<std::string>& allowed);
    void texts(const char* key, std::vector<std::string>& value);
    // `what` is wrong with the value of `key`.
    void complain(const char* key, const std::string& what);
    bool present(const char* key) const;

   private:
    friend class SettingsReader;
    struct State;
    std::shared_ptr<State> state_;
  };

  Section section(const std::string& name);
  // The tables of `[[name.key]]`, in order.
  std::vector<Section> sections(const std::string& name, const std::string& key);
  // Call last: every key nobody asked for is a problem, with the nearest known one.
  void finish();

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

}  // namespace semafoor::app
