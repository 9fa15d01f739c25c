#include "apply/generation_records.hpp"

#include <algorithm>
#include <filesystem>

#include "apply/ledger.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

fs::path record_path(const Root& root, int number) {
    return root.at(paths::state) / "generations" / (std::to_string(number) + ".json");
}

} // namespace

std::optional<GenerationRecord> read_record(const Root& root, int number) {
    const auto path = record_path(root, number);
    const auto text = read_file_if_exists(path);
    return text ? std::optional(parse_record(*text, path.string())) : std::nullopt;
}

void save_record(const Root& root, int number, const GenerationRecord& record) {
    const auto path = record_path(root, number);
    make_directories(path.parent_path(), 0700);
    write_file_atomically(path, write_record(record), {});
}

void remove_record(const Root& root, int number) {
    fs::remove(record_path(root, number));
}

std::vector<int> generation_numbers(const Root& root) {
    std::vector<int> numbers;
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(root.at(paths::generations), missing)) {
        const auto number = parse_integer(entry.path().filename().string());
        if (number && *number > 0) {
            numbers.push_back(static_cast<int>(*number));
        }
    }
    std::ranges::sort(numbers);
    return numbers;
}

int next_generation_number(const Root& root) {
    const auto numbers = generation_numbers(root);
    return numbers.empty() ? 1 : numbers.back() + 1;
}

void mark_good(int number, System& system) {
    auto record = read_record(system.root, number).value_or(GenerationRecord{});
    if (record.outcome == GenerationOutcome::good) {
        return;
    }
    record.outcome = GenerationOutcome::good;
    record.good_since = utc_now();
    record.reason.clear();
    save_record(system.root, number, record);
}

void mark_failed(int number, const std::string& reason, System& system) {
    auto record = read_record(system.root, number).value_or(GenerationRecord{});
    if (record.outcome == GenerationOutcome::good) {
        return;
    }
    record.outcome = GenerationOutcome::failed;
    record.reason = reason;
    save_record(system.root, number, record);
}

std::optional<int> newest_with(GenerationOutcome outcome, const Root& root, int except,
                               std::optional<int> below) {
    std::optional<int> newest;
    for (const int number : generation_numbers(root)) {
        if (number == except || (below && number >= *below)) {
            continue;
        }
        const auto record = read_record(root, number);
        newest = record && record->outcome == outcome ? number : newest;
    }
    return newest;
}

} // namespace k8s_node
