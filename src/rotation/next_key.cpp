#include "rotation/next_key.hpp"

#include <unistd.h>

#include "pki/key.hpp"
#include "pki/material.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

std::string renamed(const fs::path& path, const char* word) {
    return (path.parent_path() / (path.stem().string() + word + path.extension().string()))
        .string();
}

FileAttributes secret() {
    return {0600, ::geteuid(), ::getegid()};
}

} // namespace

NextKey::NextKey(const fs::path& path, Root root)
    : root_(std::move(root)), path_(path.string()), next_(renamed(path, ".next")),
      old_(renamed(path, ".old")) {}

std::optional<Phase> NextKey::phase() const {
    if (path_exists(root_.at(next_))) {
        return Phase::trust;
    }
    return path_exists(root_.at(old_)) ? std::optional(Phase::use) : std::nullopt;
}

KeyHandle NextKey::obtain(KeyAlgorithm algorithm) const {
    if (auto key = load_key(next())) {
        return key;
    }
    auto key = create_key(algorithm);
    write_file_atomically(next(), key_to_pem(key), secret());
    return key;
}

void NextKey::take_place() const {
    if (!path_exists(next())) {
        return;
    }
    const auto path = root_.at(path_);
    write_file_atomically(root_.at(old_), read_file(path), secret());
    fs::rename(next(), path);
    sync_directory(path.parent_path());
}

KeyHandle NextKey::old() const {
    return load_key(root_.at(old_));
}

void NextKey::forget_old() const {
    const auto old = root_.at(old_);
    if (fs::remove(old)) {
        sync_directory(old.parent_path());
    }
}

} // namespace k8s_node
