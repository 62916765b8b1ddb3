;;; eglot.el --- drives Emacs and eglot through a code action  -*- lexical-binding: t; -*-

;; emacs --batch -Q -l eglot.el FILE SERVER-PROGRAM ARG…
;; Opens FILE, takes the code action whose title begins with "Solve TODO", waits for the edit, saves,
;; undoes, and prints hover and titles.  `eglot-server-programs' is what editor-client/README.md says.


(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list (quote load-path) folder))
(require 'cl-lib)
(require 'eglot)

(defvar my-file (pop command-line-args-left))
(defvar my-server command-line-args-left)
(setq command-line-args-left nil)

(defun my-wait (what condition)
  "Let messages come in until CONDITION holds; fail with WHAT after 60 s."
  (let ((end (+ (float-time) 60)))
    (while (not (funcall condition))
      (when (> (float-time) end)
        (message "never: %s\n%s" what (buffer-string))
        (kill-emacs 1))
      (accept-process-output nil 0.05))))

(defun my-text-p (regexp)
  "Whether REGEXP occurs in the buffer."
  (save-excursion (goto-char (point-min)) (re-search-forward regexp nil t)))

;; A busy machine is no failure.
(setq jsonrpc-default-request-timeout 300)
(setq eglot-sync-connect t
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil)
(add-to-list 'eglot-server-programs
             `((python-mode js-mode typescript-mode)
               . (,@my-server :initializationOptions (:trusted t))))

(find-file my-file)
(python-mode)
(buffer-enable-undo)
(call-interactively #'eglot)
(my-wait "the server is connected" #'eglot-current-server)

(goto-char (point-min))
(re-search-forward "TODO")
(let ((last-nonmenu-event ?a)
      (titles nil))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt choices &rest _)
               (setq titles (all-completions "" choices))
               (cl-find-if (lambda (title) (string-prefix-p "Solve TODO" title)) titles))))
    (call-interactively #'eglot-code-actions))
  (princ (format "titles: %S\n" titles)))

(my-wait "the edit" (lambda () (my-text-p "return sorted(items)")))
(princ (format "solved:\n%s\n" (buffer-string)))
(save-buffer)
(princ (format "taken: %s\n"
               (jsonrpc-request (eglot-current-server) :workspace/executeCommand
                                '(:command "algosmith.takeBest" :arguments []))))

(goto-char (point-min))
(search-forward "ordered")
(eglot--signal-textDocument/didChange)
(let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                              (eglot--TextDocumentPositionParams))))
  (princ (format "hover: %s\n" (plist-get (plist-get hover :contents) :value))))

(undo-start)
(undo-more 1)
(while (and (not (my-text-p "# TODO")) (consp pending-undo-list)) (undo-more 1))
(princ (format "undone: %s\n" (if (my-text-p "# TODO") "yes" "no")))
(set-buffer-modified-p nil)
(ignore-errors (eglot-shutdown (eglot-current-server)))
(kill-emacs 0)
;;; eglot.el ends here
