#include "node/generations.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "node/machine.hpp"
#include "plan/diff.hpp"
#include "plan/impact.hpp"
#include "support/boot_generation.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

GenerationInfo info_of(const Root& root, int number) {
    GenerationInfo info;
    info.number = number;
    try {
        info.record = known_record(root, number);
        const auto generation = read_generation(root, number);
        info.profile = generation.manifest.profile;
        info.release = generation.manifest.release;
        info.damage = join(edited_files(root, number, generation), ", ");
    } catch (const Error& error) {
        info.damage = error.message();
    }
    return info;
}

/// Returns the numbers that are kept regardless of their age.
std::set<int> always_kept(const Root& root) {
    std::set<int> kept;
    const auto current = current_generation_number(root);
    const auto record = current ? known_record(root, *current) : std::nullopt;
    for (const auto number :
         {current, pinned_generation(root), record ? record->previous : std::nullopt}) {
        if (number) {
            kept.insert(*number);
        }
    }
    return kept;
}

constexpr std::string_view removed_prefix = ".removed-";

/// Removes the record before the directory that leads to it: the next run finishes one that ends in
/// between.
void finish_removal(const Root& root, int number, const fs::path& doomed) {
    if (!fs::exists(root.at(paths::generations) / std::to_string(number))) {
        remove_record(root, number);
    }
    fs::remove_all(doomed);
}

void remove_generation(const Root& root, int number) {
    // Renamed first, in one step: no partly removed generation is ever seen.
    const auto generations = root.at(paths::generations);
    const auto doomed = generations / (std::string(removed_prefix) + std::to_string(number));
    fs::rename(generations / std::to_string(number), doomed);
    finish_removal(root, number, doomed);
}

void remove_remains(const Root& root) {
    for (const auto& path : directory_entries(root.at(paths::generations))) {
        const auto name = path.filename().string();
        if (name.starts_with(removed_prefix)) {
            const auto number = parse_integer(name.substr(removed_prefix.size()));
            finish_removal(root, static_cast<int>(number.value_or(0)), path);
        }
    }
}

} // namespace

std::vector<GenerationInfo> list_generations(const Root& root) {
    const auto current = current_generation_number(root);
    const auto pinned = pinned_generation(root);
    std::vector<GenerationInfo> out;
    for (const int number : generation_numbers(root)) {
        auto info = info_of(root, number);
        info.current = number == current;
        info.booted = number == (pinned ? pinned : current);
        if (info.current && pinned && pinned != current) {
            info.damage.clear();
        }
        out.push_back(std::move(info));
    }
    return out;
}

std::string compare_generations(const Root& root, int before, int after) {
    const auto from = read_generation(root, before);
    const auto to = read_generation(root, after);
    std::string out;
    for (const auto& line : split_lines(generation_diff(from, to))) {
        out += line + "\n";
        const auto path = line.substr(line.find_last_of(' ') + 1);
        const auto a = from.files.find(path);
        const auto b = to.files.find(path);
        if (a != from.files.end() && b != to.files.end()) {
            for (const auto& changed : split_lines(line_diff(a->second, b->second))) {
                out += "    " + changed + "\n";
            }
        }
    }
    return out;
}

std::vector<int> collect_generations_locked(const Root& root, std::size_t keep) {
    const auto kept = always_kept(root);
    const int current = current_generation_number(root).value_or(0);
    auto numbers = generation_numbers(root);
    std::ranges::reverse(numbers);
    std::vector<int> removed;
    std::size_t good = 0;
    for (const int number : numbers) {
        const auto outcome = outcome_of(root, number);
        const bool has_reason = outcome == GenerationOutcome::failed && number > current;
        const bool among_good = outcome == GenerationOutcome::good && ++good <= keep;
        if (!kept.contains(number) && !has_reason && !among_good) {
            remove_generation(root, number);
            removed.push_back(number);
        }
    }
    remove_remains(root);
    return removed;
}

std::vector<int> collect_generations(const NodeOptions& options, std::size_t keep,
                                     EventSink& events) {
    const auto lock = take_lock(options, "generation gc", events);
    return collect_generations_locked(options.root, keep);
}

std::optional<int> pinned_generation(const Root& root) {
    if (!root.is_host()) {
        return std::nullopt;
    }
    return boot_generation();
}

void refuse_pinned_boot(const Root& root) {
    if (const auto pinned = pinned_generation(root)) {
        const auto number = std::to_string(*pinned);
        throw Error("this boot uses generation " + number +
                        " because k8s_node.generation=" + number +
                        " is on the kernel command line; the current generation "
                        "cannot be changed in such a boot",
                    ExitStatus::unsuitable)
            .try_this("boot without it, then run the same command, or k8s-node-install rollback " +
                      number + " to keep that generation");
    }
}

} // namespace k8s_node
