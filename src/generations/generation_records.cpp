#include "generations/generation_records.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "generations/ledger.hpp"
#include "model/newer_format.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

fs::path record_path(const Root& root, int number) {
    return root.at(paths::state) / "generations" / (std::to_string(number) + ".json");
}

/// Returns the record to be changed: an empty one for a damaged one. Throws NewerFormat for one of
/// a newer program, which must stay as it is.
GenerationRecord record_to_change(const Root& root, int number) {
    try {
        return read_record(root, number).value_or(GenerationRecord{});
    } catch (const NewerFormat&) {
        throw;
    } catch (const Error&) {
        return {};
    }
}

} // namespace

std::optional<GenerationRecord> read_record(const Root& root, int number) {
    const auto path = record_path(root, number);
    const auto text = read_file_if_exists(path);
    return text ? std::optional(parse_record(*text, path.string())) : std::nullopt;
}

std::optional<GenerationRecord> known_record(const Root& root, int number) {
    try {
        return read_record(root, number);
    } catch (const Error&) {
        return std::nullopt;
    }
}

GenerationOutcome outcome_of(const Root& root, int number) {
    const auto record = known_record(root, number);
    return record ? record->outcome : GenerationOutcome::fresh;
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
    for (const auto& path : directory_entries(root.at(paths::generations))) {
        const auto number = parse_integer(path.filename().string());
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

void note_previous(int number, std::optional<int> previous, const System& system) {
    auto record = record_to_change(system.root, number);
    if (previous && previous != number && record.previous != previous) {
        record.previous = previous;
        save_record(system.root, number, record);
    }
}

void mark_good(int number, System& system) {
    auto record = record_to_change(system.root, number);
    if (record.outcome == GenerationOutcome::good) {
        return;
    }
    record.outcome = GenerationOutcome::good;
    record.good_since = utc_now();
    record.reason.clear();
    save_record(system.root, number, record);
}

void mark_failed(int number, const std::string& reason, System& system) {
    auto record = record_to_change(system.root, number);
    if (record.outcome == GenerationOutcome::good) {
        return;
    }
    record.outcome = GenerationOutcome::failed;
    record.reason = reason;
    save_record(system.root, number, record);
}

std::vector<int> rollback_candidates(const Root& root, int from) {
    auto numbers = generation_numbers(root);
    std::erase_if(numbers, [&](int number) {
        return number == from || outcome_of(root, number) != GenerationOutcome::good;
    });
    const auto record = known_record(root, from);
    const int before = record ? record->previous.value_or(0) : 0;
    const auto rank = [&](int number) {
        return std::make_tuple(number != before, number > from, -number);
    };
    std::ranges::sort(numbers, {}, rank);
    return numbers;
}

std::optional<int> newest_with(GenerationOutcome outcome, const Root& root, int except,
                               std::optional<int> below) {
    std::optional<int> newest;
    for (const int number : generation_numbers(root)) {
        if (number == except || (below && number >= *below)) {
            continue;
        }
        const auto record = known_record(root, number);
        newest = record && record->outcome == outcome ? number : newest;
    }
    return newest;
}

} // namespace k8s_node
