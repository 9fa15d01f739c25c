// An archive from a stranger.
#include "archive/member_name.hpp"
#include "archive/tar_reader.hpp"
#include "memory_file.hpp"
#include "property.hpp"

namespace k8s_node::fuzz {

namespace {

constexpr UnpackLimits limits{.entries = 100,
                              .member_bytes = std::uint64_t{1} << 20U,
                              .total_bytes = std::uint64_t{2} << 20U};

void check_name(const std::string& name) {
    require(!name.starts_with('/'), "a member has no absolute name", name);
    require(("/" + name + "/").find("/../") == std::string::npos,
            "a member's name does not leave the directory", name);
}

void read_content(TarReader& reader, const TarMember& member) {
    std::uint64_t end = 0;
    while (const auto block = reader.next_block()) {
        require(block->offset >= end, "blocks come in their order");
        end = block->offset + block->bytes.size();
        require(end <= member.size, "a member is not longer than it says", member.name);
    }
}

void read_all(int fd, bool content) {
    TarReader reader(fd, limits);
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    while (const auto member = reader.next_member()) {
        check_name(member->name);
        bytes += member->size;
        require(++entries <= limits.entries && bytes <= limits.total_bytes, "limits are kept");
        if (content && member->kind.empty()) {
            read_content(reader, *member);
        }
    }
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto file = fuzz::memory_file(fuzz::as_text(data, size));
    for (const bool content : {false, true}) {
        static_cast<void>(fuzz::accepts([&] { fuzz::read_all(file.get(), content); }));
    }
    std::string name;
    if (fuzz::accepts([&] { name = member_name(fuzz::as_text(data, size)); })) {
        fuzz::check_name(name);
        fuzz::require(!is_entry_path(name) || !name.starts_with('.'), "an entry hides nothing");
    }
    return 0;
}
