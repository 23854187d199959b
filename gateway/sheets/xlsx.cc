// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/xlsx.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/uuid.h"
#include "gateway/sheets/cell_text.h"

namespace semafoor::sheets {
namespace {

constexpr char kPrefix[] = "sheet-";
constexpr char kSuffix[] = ".xlsx.part";
constexpr std::size_t kLongestText = 32'000;
constexpr std::size_t kLongestSheetName = 31;
constexpr int kMostWidth = 60;

Error failed(const std::string& what) {
  return {.kind = ErrorKind::internal,
          .code = "sheets.write_failed",
          .message = "Write a table as XLSX: " + what +
                     ". See that the disk of the gateway's folder has room and can be written, and "
                     "ask again; or take CSV."};
}

Error said(lxw_error code) {
  return failed(lxw_strerror(code));
}

// Gone with this object, whatever happened.
class PartFile {
 public:
  explicit PartFile(const std::filesystem::path& folder)
      : path_(folder / (kPrefix + domain::uuid_v4() + kSuffix)) {}
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

  Result<void> read_into(const ByteSink& sink) const {
    std::ifstream file(path_, std::ios::binary);
    std::array<char, 64 * 1024> piece{};
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
      auto taken = sink({piece.data(), static_cast<std::size_t>(file.gcount())});
      if (!taken) return taken;
    }
    return file.eof() ? Result<void>() : failed("the file that was made could not be read");
  }

 private:
  std::filesystem::path path_;
};

std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80) --most;
  text.resize(most);
  return text;
}

// Of what is not allowed in one.
std::string sheet_name(const std::string& title, const char* otherwise) {
  std::string name;
  for (const char c : clean(title))
    name += std::string_view("[]:*?/\\'\n\t").find(c) == std::string_view::npos ? c : ' ';
  name = shortened(std::move(name), kLongestSheetName);
  return name.find_first_not_of(' ') == std::string::npos ? otherwise : name;
}

class Book {
 public:
  explicit Book(const PartFile& file, const std::filesystem::path& folder)
      : name_(file.path().string()), folder_(folder.string()) {
    lxw_workbook_options options{
        .constant_memory = LXW_TRUE, .tmpdir = folder_.data(), .use_zip64 = LXW_FALSE};
    book_.reset(workbook_new_opt(name_.c_str(), &options));
  }

  Result<void> begin(const Table& table) {
    if (!book_) return failed("there is not enough memory");
    describe(table);
    make_formats();
    if (!table.cover.empty())
      if (auto covered = write_cover(table); !covered) return covered;
    return begin_table(table);
  }

  Result<void> add(const Table& table, Row& row) {
    row.resize(table.columns.size());
    ++row_;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const lxw_error code = put(static_cast<lxw_col_t>(i), table.columns[i].kind, row[i]);
      if (code != LXW_NO_ERROR) return said(code);
    }
    return {};
  }

  Result<void> close(const Table& table) {
    if (row_ > 0 && !table.columns.empty())
      worksheet_autofilter(sheet_, 0, 0, row_, static_cast<lxw_col_t>(table.columns.size() - 1));
    // Frees it too, in any case.
    const lxw_error code = workbook_close(book_.release());
    return code == LXW_NO_ERROR ? Result<void>() : said(code);
  }

 private:
  struct Free {
    void operator()(lxw_workbook* book) const { lxw_workbook_free(book); }
  };

  void describe(const Table& table) {
    std::string title = clean(table.title);
    std::string program = "Semafoor";
    lxw_doc_properties properties{};
    properties.title = title.data();
    properties.author = program.data();
    properties.created = static_cast<std::time_t>(table.made_ms / 1000);
    workbook_set_properties(book_.get(), &properties);
  }

  void make_formats() {
    bold_ = workbook_add_format(book_.get());
    format_set_bold(bold_);
    format_set_text_wrap(bold_);
    const auto format = [this](const char* pattern) {
      lxw_format* made = workbook_add_format(book_.get());
      format_set_num_format(made, pattern);
      return made;
    };
    text_ = format("@");
    date_ = format("dd/mm/yyyy");
    moment_ = format("dd/mm/yyyy hh:mm:ss");
    amount_ = format("#,##0.00");
  }

  Result<void> write_cover(const Table& table) {
    const std::string name = sheet_name(table.cover_name, "Info");
    lxw_worksheet* cover = workbook_add_worksheet(book_.get(), name.c_str());
    if (cover == nullptr) return failed("its first sheet could not be made");
    worksheet_set_column(cover, 0, 0, 34, nullptr);
    worksheet_set_column(cover, 1, 1, 90, nullptr);
    lxw_row_t row = 0;
    lxw_error code = write_text(cover, row, 0, table.title, bold_);
    row += 2;
    for (const auto& line : table.cover) {
      if (code == LXW_NO_ERROR) code = write_text(cover, row, 0, line.name, bold_);
      if (code == LXW_NO_ERROR) code = write_text(cover, row, 1, line.value, text_);
      ++row;
    }
    return code == LXW_NO_ERROR ? Result<void>() : said(code);
  }

  Result<void> begin_table(const Table& table) {
    std::string name = sheet_name(table.title, "Table");
    if (!table.cover.empty() && name == sheet_name(table.cover_name, "Info")) name = "Table";
    sheet_ = workbook_add_worksheet(book_.get(), name.c_str());
    if (sheet_ == nullptr) return failed("its sheet could not be made");
    lxw_error code = LXW_NO_ERROR;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      worksheet_set_column(sheet_, column, column,
                           std::clamp(table.columns[i].width, 4, kMostWidth), nullptr);
    }
    for (std::size_t i = 0; i < table.columns.size() && code == LXW_NO_ERROR; ++i)
      code = write_text(sheet_, 0, static_cast<lxw_col_t>(i), table.columns[i].name, bold_);
    worksheet_freeze_panes(sheet_, 1, 0);
    worksheet_repeat_rows(sheet_, 0, 0);
    worksheet_set_landscape(sheet_);
    return code == LXW_NO_ERROR ? Result<void>() : said(code);
  }

  static lxw_error write_text(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column,
                              const std::string& text, lxw_format* format) {
    const std::string shown = shortened(clean(text), kLongestText);
    return worksheet_write_string(sheet, row, column, shown.c_str(), format);
  }

  lxw_error put(lxw_col_t column, Kind kind, const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell))
      return text->empty() ? LXW_NO_ERROR : write_text(sheet_, row_, column, *text, text_);
    const auto* number = std::get_if<std::int64_t>(&cell);
    if (number == nullptr) return LXW_NO_ERROR;
    if (kind == Kind::date || kind == Kind::moment) return put_time(column, kind, *number);
    const bool amount = kind == Kind::amount;
    const auto value = static_cast<double>(*number);
    return worksheet_write_number(sheet_, row_, column, amount ? value / 100 : value,
                                  amount ? amount_ : nullptr);
  }

  // Excel's calendar begins in 1900; what is before is a text.
  lxw_error put_time(lxw_col_t column, Kind kind, std::int64_t number) {
    domain::BelgianTime time;
    if (kind == Kind::moment)
      time = domain::belgian_time(number);
    else
      time = {.year = static_cast<int>(number / 10'000),
              .month = static_cast<int>(number / 100 % 100),
              .day = static_cast<int>(number % 100)};
    if (time.year < 1900 || time.year > 9999)
      return write_text(sheet_, row_, column, plain_text(kind, number), text_);
    lxw_datetime moment{.year = time.year,
                        .month = time.month,
                        .day = time.day,
                        .hour = time.hour,
                        .min = time.minute,
                        .sec = static_cast<double>(time.second)};
    return worksheet_write_datetime(sheet_, row_, column, &moment,
                                    kind == Kind::date ? date_ : moment_);
  }

  std::string name_;
  std::string folder_;
  std::unique_ptr<lxw_workbook, Free> book_;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  lxw_format* text_ = nullptr;
  lxw_format* date_ = nullptr;
  lxw_format* moment_ = nullptr;
  lxw_format* amount_ = nullptr;
  lxw_row_t row_ = 0;
};

Error too_many() {
  return {.kind = ErrorKind::failed_precondition,
          .code = "sheets.too_many_rows",
          .message = "Write a table as XLSX: it has more than " + std::to_string(kMostXlsxRows) +
                     " rows, and a sheet holds no more. Take a shorter period, or CSV."};
}

class XlsxWriter final : public Writer {
 public:
  XlsxWriter(const Table& table, ByteSink sink, const Options& options)
      : table_(table), sink_(std::move(sink)), folder_(options.work_folder), file_(folder_) {}

  Result<void> begin() override {
    std::error_code problem;
    if (!std::filesystem::is_directory(folder_, problem))
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "sheets.no_work_folder",
                   .message =
                       "Write a table as XLSX: the folder in which it is put together is "
                       "not there. Start the gateway again, which makes it; or take CSV."};
    book_.emplace(file_, folder_);
    return book_->begin(table_);
  }

  Result<void> add(Row row) override {
    if (rows_ == kMostXlsxRows) return too_many();
    ++rows_;
    return book_->add(table_, row);
  }

  Result<Written> finish() override {
    if (auto closed = book_->close(table_); !closed) return closed.error();
    if (auto read = file_.read_into(sink_); !read) return read.error();
    return Written{.rows = rows_};
  }

 private:
  const Table& table_;
  const ByteSink sink_;
  const std::filesystem::path folder_;
  const PartFile file_;
  std::optional<Book> book_;
  std::int64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_xlsx_writer(const Table& table, ByteSink sink,
                                         const Options& options) {
  return std::make_unique<XlsxWriter>(table, std::move(sink), options);
}

void open_work_folder(const std::filesystem::path& work_folder) {
  std::error_code ignored;
  std::filesystem::create_directories(work_folder, ignored);
  std::filesystem::permissions(work_folder, std::filesystem::perms::owner_all, ignored);
  for (const auto& file : std::filesystem::directory_iterator(work_folder, ignored)) {
    const std::string name = file.path().filename().string();
    if (name.starts_with(kPrefix) && name.ends_with(kSuffix))
      std::filesystem::remove(file.path(), ignored);
  }
}

}  // namespace semafoor::sheets
