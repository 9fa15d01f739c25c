#include "etcd/member_note.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "etcd/members.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

std::string text_of(const MemberNote& note) {
    const json object = {
        {"id", id_text(note.id)}, {"entering", note.is_entering}, {"peers", note.peers}};
    return object.dump(2) + "\n";
}

} // namespace

std::optional<MemberNote> read_member_note(const std::filesystem::path& path) {
    const auto text = read_file_if_exists(path);
    const auto object = json::parse(text.value_or(""), nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) {
        return std::nullopt;
    }
    try {
        const auto id = parse_id(object.at("id").get<std::string>());
        return id ? std::optional(MemberNote{*id, object.at("entering").get<bool>(),
                                             object.at("peers").get<std::vector<std::string>>()})
                  : std::nullopt;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

void write_member_note(const std::filesystem::path& path, const MemberNote& note) {
    const auto text = text_of(note);
    if (read_file_if_exists(path) != text) {
        make_directories(path.parent_path());
        write_file_atomically(path, text, {0644, ::geteuid(), ::getegid()});
    }
}

} // namespace k8s_node
