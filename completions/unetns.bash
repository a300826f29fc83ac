# bash completion for unetns(1)

_unetns_machines() {
  unetns ls 2> /dev/null | awk 'NR > 1 { print $1 }'
}

# From the program on, its own completion.
_unetns_program() {
  if declare -F _command_offset > /dev/null; then
    _command_offset "$1"
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$2")
  fi
}

_unetns() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} i words
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W 'run up exec ls down doctor --help --version' -- "$current")
    return
  fi
  case ${COMP_WORDS[1]} in
    doctor | ls)
      mapfile -t COMPREPLY < <(compgen -W '--json --help' -- "$current")
      ;;
    up)
      if [[ $previous == --pcap ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
      elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--pcap --publish --egress --accelerate --no-map-root --verbose --help' -- "$current")
      fi
      ;;
    down)
      mapfile -t COMPREPLY < <(compgen -W "$(_unetns_machines) --help" -- "$current")
      ;;
    exec)
      words=0
      for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
          --) ((i++)) ;;
          -n | --netns) ((i++)); continue ;;
          -*) continue ;;
          *) ((words++ == 0)) && continue ;;
        esac
        ((i < COMP_CWORD)) || break
        _unetns_program "$i" "$current"
        return
      done
      if [[ $previous == -n || $previous == --netns ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(unetns exec "${COMP_WORDS[2]}" -- ip netns list 2> /dev/null | awk '{ print $1 }')" -- "$current")
      elif [[ $current == -* && $previous != -- ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--netns --help --' -- "$current")
      elif ((words == 0)); then
        mapfile -t COMPREPLY < <(compgen -W "$(_unetns_machines)" -- "$current")
      else
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
      fi
      ;;
    run)
      for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
          --) ((i++)) ;;
          --pcap | --publish | --egress) ((i++)); continue ;;
          -*) continue ;;
        esac
        ((i < COMP_CWORD)) || break
        _unetns_program "$i" "$current"
        return
      done
      if [[ $previous == --pcap ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
      elif [[ $current == -* && $previous != -- ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--pcap --publish --egress --accelerate --report-unsupported --no-map-root --verbose --help --' -- "$current")
      else
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
      fi
      ;;
  esac
}
complete -F _unetns unetns
