#include "rotation/rotation_state.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::hours patience{14 * 24}; ///< with a rotation in one phase

using nlohmann::json;

Rotation parse(const json& entry) {
    Rotation rotation;
    entry.at("subject").get_to(rotation.subject);
    const auto phase = parse_phase(entry.at("phase").get<std::string>());
    const auto since = parse_utc(entry.at("since").get<std::string>());
    if (!phase || !since) {
        throw Error("neither a phase nor a time");
    }
    rotation.phase = *phase;
    rotation.since = *since;
    entry.at("settled").get_to(rotation.settled);
    rotation.made = entry.value("made", "");
    return rotation;
}

Rotations parse_all(const std::string& text) {
    Rotations rotations;
    const auto document = json::parse(text);
    for (const auto& entry : document.at("rotations")) {
        rotations.push_back(parse(entry));
    }
    return rotations;
}

nlohmann::ordered_json json_of(const Rotation& rotation) {
    nlohmann::ordered_json entry = {{"subject", rotation.subject},
                                    {"phase", to_text(rotation.phase)},
                                    {"settled", rotation.settled},
                                    {"since", utc_text(rotation.since)}};
    if (!rotation.made.empty()) {
        entry["made"] = rotation.made;
    }
    return entry;
}

Error damaged(const fs::path& path) {
    Error error(path.string() + " is damaged: a rotation did not write it like this");
    error.try_this("remove it and repeat the last certs rotate-ca or rotate-key: the keys "
                   "themselves show how far it had come");
    return error;
}

} // namespace

Rotations read_rotations(const Root& root) {
    const auto path = rotation_file(root);
    const auto text = read_file_if_exists(path);
    if (!text) {
        return {};
    }
    try {
        return parse_all(*text);
    } catch (const json::exception&) {
        throw damaged(path);
    } catch (const Error&) {
        throw damaged(path);
    }
}

void write_rotations(const Root& root, const Rotations& rotations) {
    const auto path = rotation_file(root);
    if (rotations.empty()) {
        if (fs::remove(path)) {
            sync_directory(path.parent_path());
        }
        return;
    }
    nlohmann::ordered_json document = {{"rotations", json::array()}};
    for (const auto& each : rotations) {
        document["rotations"].push_back(json_of(each));
    }
    make_directories(path.parent_path(), 0700);
    write_file_atomically(path, document.dump(2) + '\n', {0600});
}

std::optional<Rotation> find_rotation(const Rotations& rotations, const std::string& subject) {
    const auto found = std::ranges::find(rotations, subject, &Rotation::subject);
    return found == rotations.end() ? std::nullopt : std::optional(*found);
}

void put_rotation(Rotations& rotations, Rotation rotation) {
    std::erase_if(rotations, [&](const auto& each) { return each.subject == rotation.subject; });
    rotations.push_back(std::move(rotation));
}

std::vector<std::string> rotation_notes(const Root& root) {
    std::vector<std::string> notes;
    for (const auto& each : read_rotations(root)) {
        notes.push_back("the key of " + each.subject + " is being replaced since " +
                        utc_text(each.since) + ", phase " + to_text(each.phase) + ": " +
                        describe(each) + "; next: " + next_step(each));
    }
    return notes;
}

Findings find_stalled(const Rotations& rotations, std::chrono::sys_seconds now) {
    Findings findings;
    for (const auto& each : rotations) {
        if (!each.settled || now - each.since > patience) {
            findings.push_back({"KeyRotation-" + replace_all(each.subject, "/", "-"),
                                Severity::warning,
                                "the key of " + each.subject + " is being replaced since " +
                                    utc_text(each.since) + ": " + describe(each),
                                next_step(each) + " goes on"});
        }
    }
    return findings;
}

} // namespace k8s_node
