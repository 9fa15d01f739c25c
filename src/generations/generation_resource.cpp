#include "generations/generation_resource.hpp"

#include <algorithm>
#include <filesystem>
#include <span>

#include "generations/generation_records.hpp"
#include "generations/manifest_migration.hpp"
#include "model/newer_format.hpp"
#include "plan/impact.hpp"
#include "store/hasher.hpp"
#include "support/file_kinds.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

fs::path directory_of(const Root& root, int number) {
    return root.at(paths::generations) / std::to_string(number);
}

fs::path staging_directory(const Root& root) {
    return root.at(paths::generations) / ".staging";
}

void read_tree(const fs::path& directory, Generation& generation) {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (entry.is_regular_file() && !entry.is_symlink()) {
            const auto path = entry.path().lexically_relative(directory).string();
            generation.files[path] = read_file(entry.path());
        }
    }
}

void write_tree(const fs::path& directory, const Generation& generation) {
    for (const auto& [path, content] : generation.files) {
        const auto target = directory / path;
        make_directories(target.parent_path());
        write_file_atomically(target, content, {});
    }
}

std::string known_numbers(const Root& root) {
    std::vector<std::string> texts;
    for (const int number : generation_numbers(root)) {
        texts.push_back(std::to_string(number));
    }
    return texts.empty() ? "none" : join(texts, ", ");
}

/// Returns nullopt if the manifest is missing or damaged.
std::optional<Manifest> readable_manifest(const fs::path& generation) {
    const auto path = generation / "manifest.json";
    try {
        const auto text = read_file_if_exists(path);
        return text ? std::optional(parse_manifest(*text, path.string())) : std::nullopt;
    } catch (const NewerFormat&) {
        throw;
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Returns a generation with exactly these files that a run gave up, as failed or before it could
/// be judged: trying it again needs no copy of it.
std::optional<int> given_up_before(const Generation& generation, const Root& root) {
    const auto current = current_generation_number(root).value_or(0);
    const auto number = std::max(newest_with(GenerationOutcome::failed, root, current),
                                 newest_with(GenerationOutcome::fresh, root, current));
    if (!number || known_record(root, *number)->files != digests_of(generation)) {
        return std::nullopt;
    }
    const auto there = read_damaged_generation(root, *number);
    return there.files == generation.files ? number : std::nullopt;
}

/// Returns a summary of the changes on one line: the first files, then how many more.
std::string summary_of(const Generation& current, const Generation& next) {
    if (current.files.empty()) {
        return "first generation: profile " + next.manifest.profile + ", Kubernetes " +
               next.manifest.release;
    }
    const auto& was = current.manifest.release;
    const auto& is = next.manifest.release;
    auto lines = split_lines(generation_diff(current, next));
    if (lines.empty()) {
        return "the manifest, which this program writes in another way";
    }
    const std::size_t shown = 3;
    const auto count = lines.size();
    lines.resize(std::min(count, shown));
    auto text = (was == is ? "" : "Kubernetes " + was + " to " + is + ": ") + join(lines, ", ");
    return count > shown ? text + " and " + std::to_string(count - shown) + " more" : text;
}

void write_new(int number, const Target& target, const Generation& current, System& system) {
    const auto generations = system.root.at(paths::generations);
    const auto staging = staging_directory(system.root);
    remove_unfinished_generation(system.root);
    make_directories(staging);
    write_tree(staging, target.generation);
    save_record(system.root, number,
                {.created = utc_now(),
                 .program = system.run.program_version,
                 .invoking_user = system.run.invoking_user,
                 .verb = system.run.verb,
                 .summary = summary_of(current, target.generation),
                 .files = digests_of(target.generation)});
    const auto final_path = generations / std::to_string(number);
    if (!publish_directory(staging, final_path)) {
        throw Error(final_path.string() + " appeared while it was being written")
            .try_this("run the same command again");
    }
}

std::string why_next(const Target& target, std::optional<int> current, const Generation& now,
                     const Root& root) {
    if (target.number) {
        return current ? "instead of generation " + std::to_string(*current) : "as requested";
    }
    if (const auto given_up = given_up_before(target.generation, root)) {
        const auto why = read_record(root, *given_up)->reason;
        return why.empty() ? "an earlier run did not finish with it" : "failed before: " + why;
    }
    if (!current) {
        return "first generation";
    }
    const auto edited = edited_files(root, *current, now);
    const auto name = "generation " + std::to_string(*current);
    return edited.empty() ? "differs from " + name : name + " was modified: " + join(edited, ", ");
}

} // namespace

void remove_unfinished_generation(const Root& root) {
    fs::remove_all(staging_directory(root));
}

std::optional<int> current_generation_number(const Root& root) {
    std::error_code error;
    const auto link = root.at(paths::current);
    const auto target = fs::read_symlink(link, error);
    if (error && !is_missing(error) && error != std::errc::invalid_argument) { // no link at all
        throw system_error(error.value(), "read the link " + link.string());
    }
    const auto number = parse_integer(target.filename().string());
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

Generation read_generation(const Root& root, int number) {
    const auto directory = directory_of(root, number);
    if (!fs::is_directory(directory)) {
        throw Error("there is no generation " + std::to_string(number), ExitStatus::usage)
            .try_this("generations on this machine: " + known_numbers(root));
    }
    return with_context("reading generation " + std::to_string(number), [&] {
        Generation generation;
        read_tree(directory, generation);
        const auto manifest = generation.files.find("manifest.json");
        if (manifest == generation.files.end()) {
            throw Error((directory / "manifest.json").string() + " is missing",
                        ExitStatus::verification);
        }
        generation.manifest =
            parse_manifest(manifest->second, (directory / "manifest.json").string());
        migrate_manifest(generation);
        return generation;
    });
}

std::optional<Manifest> installed_manifest(const Root& root) {
    if (auto manifest = readable_manifest(root.at(paths::current))) {
        return manifest;
    }
    const auto current = current_generation_number(root);
    for (const int number : current ? rollback_candidates(root, *current) : std::vector<int>()) {
        if (auto manifest = readable_manifest(directory_of(root, number))) {
            return manifest;
        }
    }
    return std::nullopt;
}

Generation read_damaged_generation(const Root& root, int number) {
    Generation generation;
    if (fs::is_directory(directory_of(root, number))) {
        read_tree(directory_of(root, number), generation);
    }
    auto manifest = readable_manifest(directory_of(root, number));
    generation.manifest =
        manifest ? *std::move(manifest) : installed_manifest(root).value_or(Manifest{});
    migrate_manifest(generation);
    return generation;
}

Generation read_current_generation(const Root& root) {
    const auto number = current_generation_number(root);
    return number ? read_damaged_generation(root, *number) : Generation{};
}

std::map<std::string, std::string> digests_of(const Generation& generation) {
    std::map<std::string, std::string> digests;
    Hasher hasher(HashAlgorithm::sha256);
    for (const auto& [path, content] : generation.files) {
        hasher.update(std::as_bytes(std::span(content)));
        digests[path] = hasher.hex();
    }
    return digests;
}

std::vector<std::string> edited_files(const Root& root, int number, const Generation& generation) {
    const auto record = known_record(root, number);
    if (!record || record->files.empty()) {
        return {};
    }
    std::vector<std::string> lines;
    auto there = digests_of(generation);
    for (const auto& [path, digest] : record->files) {
        const auto found = there.find(path);
        if (found == there.end()) {
            lines.push_back(path + " is missing");
        } else if (found->second != digest) {
            lines.push_back(path + " was edited");
        }
        there.erase(path);
    }
    for (const auto& [path, digest] : there) {
        lines.push_back(path + " does not belong here");
    }
    return lines;
}

std::vector<Change> check_generation(const Target& target, const Generation& current,
                                     const Root& root) {
    const auto number = current_generation_number(root);
    if (target.number ? target.number == number : current.files == target.generation.files) {
        return {};
    }
    const auto next = target.number ? target.number : given_up_before(target.generation, root);
    return {{ChangeKind::generation, std::to_string(next.value_or(next_generation_number(root))),
             why_next(target, number, current, root),
             number ? generation_diff(current, target.generation) : ""},
            {ChangeKind::reload, "systemd", "the units change with the generation", {}}};
}

int publish_generation(const Target& target, const Generation& current, System& system) {
    if (target.number) {
        return *target.number;
    }
    if (const auto given_up = given_up_before(target.generation, system.root)) {
        return *given_up;
    }
    const int number = next_generation_number(system.root);
    return with_context("writing generation " + std::to_string(number), [&] {
        write_new(number, target, current, system);
        return number;
    });
}

void make_current(int number, System& system) {
    replace_symlink(fs::path("generations") / std::to_string(number),
                    system.root.at(paths::current));
    report(system, Priority::info, "generation", std::to_string(number),
           "generation " + std::to_string(number) + " is current", message::generation_switched);
}

void make_none_current(System& system) {
    std::filesystem::remove(system.root.at(paths::current));
    report(system, Priority::info, "generation", "current",
           "no generation is current any more, as before this run");
}

} // namespace k8s_node
