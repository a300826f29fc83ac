# bash completion for unetns(1)

_unetns() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} i
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W 'run doctor --help --version' -- "$current")
    return
  fi
  case ${COMP_WORDS[1]} in
    doctor)
      mapfile -t COMPREPLY < <(compgen -W '--json --help' -- "$current")
      ;;
    run)
      # From the program on, its own completion.
      for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
          --) ((i++)) ;;
          --pcap) ((i++)); continue ;;
          -*) continue ;;
        esac
        ((i < COMP_CWORD)) || break
        if declare -F _command_offset > /dev/null; then
          _command_offset "$i"
        else
          compopt -o filenames
          mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        return
      done
      if [[ $previous == --pcap ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
      elif [[ $current == -* && $previous != -- ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--pcap --report-unsupported --no-map-root --verbose --help --' -- "$current")
      else
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
      fi
      ;;
  esac
}
complete -F _unetns unetns
