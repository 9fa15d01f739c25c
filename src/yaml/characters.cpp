#include "yaml/characters.hpp"

#include "unit/utf8.hpp"
#include "yaml/place.hpp"

namespace k8s_node {

bool begins_with_control(std::string_view rest) {
    const auto byte = static_cast<unsigned char>(rest.front());
    const auto second = static_cast<unsigned char>(rest.size() > 1 ? rest[1] : 0);
    return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f ||
           (byte == 0xc2 && second < 0xa0) || rest.starts_with("\xe2\x80\xa8") ||
           rest.starts_with("\xe2\x80\xa9");
}

bool is_text(const Source& source, Diagnostics& diagnostics) {
    const auto strange = unit::first_invalid_byte(source->text);
    const auto nul = source->text.find('\0');
    if (nul != std::string::npos && nul <= strange) {
        diagnostics.add(place_of(source, nul), "a NUL byte: this is not YAML");
    } else if (strange != source->text.size()) {
        diagnostics.add(place_of(source, strange), "this is not UTF-8 text");
    } else {
        return true;
    }
    return false;
}

} // namespace k8s_node
