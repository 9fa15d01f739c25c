#include "apply/generation_kind.hpp"

#include <algorithm>
#include <filesystem>

#include "plan/impact.hpp"
#include "support/error.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

void read_tree(const fs::path& directory, Generation& generation) {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (entry.is_regular_file() && !entry.is_symlink()) {
            const auto path = entry.path().lexically_relative(directory).string();
            generation.files[path] = read_file(entry.path());
        }
    }
}

int next_number(const fs::path& generations) {
    int highest = 0;
    for (const auto& entry : fs::directory_iterator(generations)) {
        const auto number = parse_integer(entry.path().filename().string());
        highest = std::max(highest, static_cast<int>(number.value_or(0)));
    }
    return highest + 1;
}

/// Same files with the same bytes; host file modes are in the files' own place.
bool same_files(const Generation& a, const Generation& b) {
    return a.files == b.files;
}

void write_tree(const fs::path& directory, const Generation& generation) {
    for (const auto& [path, content] : generation.files) {
        const auto target = directory / path;
        make_directories(target.parent_path());
        write_file_atomically(target, content, {});
    }
}

} // namespace

std::optional<int> current_generation_number(const Root& root) {
    std::error_code error;
    const auto target = fs::read_symlink(root.at(paths::current), error);
    const auto number = parse_integer(target.filename().string());
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

Generation read_current_generation(const Root& root) {
    Generation generation;
    const auto number = current_generation_number(root);
    if (!number) {
        return generation;
    }
    const auto directory = root.at(paths::generations) / std::to_string(*number);
    if (!fs::exists(directory / "manifest.json")) {
        return generation;
    }
    return with_context("reading generation " + std::to_string(*number), [&] {
        read_tree(directory, generation);
        generation.manifest = parse_manifest(generation.files.at("manifest.json"),
                                             (directory / "manifest.json").string());
        return generation;
    });
}

std::vector<Change> check_generation(const Desired& desired, const Generation& current,
                                     const Root& root) {
    if (same_files(current, desired.generation)) {
        return {};
    }
    const auto number = current_generation_number(root);
    const auto generations = root.at(paths::generations);
    const int next = fs::exists(generations) ? next_number(generations) : 1;
    return {{ChangeKind::generation, std::to_string(next),
             number ? "differs from generation " + std::to_string(*number) : "the first one",
             number ? generation_diff(current, desired.generation) : ""},
            {ChangeKind::reload, "systemd", "units come from another generation", {}}};
}

int apply_generation(const Desired& desired, System& system) {
    const auto generations = system.root.at(paths::generations);
    make_directories(generations);
    const int number = next_number(generations);
    return with_context("writing generation " + std::to_string(number), [&] {
        const auto staging = generations / ".staging";
        fs::remove_all(staging);
        make_directories(staging);
        write_tree(staging, desired.generation);
        const auto final_path = generations / std::to_string(number);
        if (!publish_directory(staging, final_path)) {
            throw Error(final_path.string() + " appeared while it was being written")
                .try_this("run the same command again");
        }
        replace_symlink(fs::path("generations") / std::to_string(number),
                        system.root.at(paths::current));
        report(system, Priority::info, "generation", std::to_string(number),
               "generation " + std::to_string(number) + " is current",
               message::generation_switched);
        return number;
    });
}

} // namespace k8s_node
